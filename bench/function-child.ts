/** A built function in a plain Node of its own, called once as the platform would. Started by `fork`, without tsx. */
import { createRequire } from 'node:module';

type Handler = (event: Buffer, context: object) => Promise<unknown>;

export interface FunctionTask {
  /** Path of the bundle. */
  readonly file: string;
  readonly event: object;
}

export interface FunctionMeasured {
  /** From the first instruction of this process to the answer. */
  readonly readyMs: number;
  readonly peakMb: number;
  readonly answer: unknown;
}

process.once('disconnect', () => process.exit());
process.once('message', async ({ file, event }: FunctionTask) => {
  const begun = performance.now();
  const { handler } = createRequire(import.meta.url)(file) as { handler: Handler };
  const context = {
    requestId: '1-0-bench',
    function: { name: 'sync', handler: 'index.handler', memory: 512, timeout: 600 },
    region: 'cn-hangzhou',
    accountId: '1234567890',
    retryCount: 0,
  };
  const answer = await handler(Buffer.from(JSON.stringify(event)), context);
  const readyMs = performance.now() - begun;
  const measured: FunctionMeasured = { readyMs, peakMb: process.resourceUsage().maxRSS / 1024, answer };
  process.send?.(measured, () => process.exit());
});
