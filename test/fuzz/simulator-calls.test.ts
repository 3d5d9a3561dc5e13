import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { toLimitMs } from './effort.ts';
import { brokenCall, checkShape, key, now, signedCall } from './list-calls.ts';
import type { SignedCall } from './signed-calls.ts';
import { exchange, noHttp, oddRequest, toBytes } from './socket-requests.ts';

const held: { simulator?: RunningSimulator } = {};
const port = () => held.simulator?.port ?? 0;

/** The double of MPS, on a real socket, without a rule that has it fail. */
beforeAll(async () => {
  const accessKeys = { [key.id]: { secret: key.secret } };
  held.simulator = await startSimulator({ accessKeys, now: () => now, qps: 0, hostId: '127.0.0.1' });
  held.simulator.model.addMany(
    ['Success', 'Fail', 'Submitted'].map((State, index) => makeRecord({ Id: `id${index}`, State, PipelineId: 'p' })),
  );
});
afterAll(() => held.simulator?.close());

/** With all headers as they are, `host` among them, which `fetch` would make its own. */
async function send({ method, search, headers, body }: SignedCall): Promise<Response> {
  const sent = request({ host: '127.0.0.1', port: port(), method, path: `/?${search}`, headers });
  sent.end(method === 'GET' ? '' : Buffer.from(body, 'utf8'));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status = 0 } = answer;
  return new Response(await buffer(answer), { status, headers: answer.headers as Record<string, string> });
}

describe('the double of MPS', () => {
  it('answers whatever is asked with a listing or the parameter that is not good', {
    timeout: toLimitMs(60_000),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(signedCall, async (call) => {
        const answer = await send(call);
        const body = (await answer.json()) as Record<string, unknown>;
        checkShape(answer, body);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) expect(body.Code).toMatch(/^InvalidParameter\b/);
      }),
    );
  });

  it('refuses a signature that does not hold', { timeout: toLimitMs(60_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(brokenCall, async (call) => {
        const answer = await send(call);
        checkShape(answer, (await answer.json()) as Record<string, unknown>);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
      }),
    );
  });

  it('answers whatever comes over its socket with HTTP, and with no failure of its own', {
    timeout: toLimitMs(60_000),
  }, async () => {
    const refused = { bytes: toBytes(['HEAD / HTTP/1.1', 'host: a', 'connection: close']), isWhole: true };
    const answered = new Set<string>();
    await fc.assert(
      fc.asyncProperty(oddRequest(['x-acs-action: QuerySnapshotJobList']), async ({ bytes, isWhole }) => {
        const [, status = 'none'] = /^HTTP\/1\.1 (\d{3}) /.exec(await exchange(port(), bytes, isWhole)) ?? [];
        answered.add(status);
        expect(status).toMatch(isWhole ? /^[1-4]\d\d$/ : /^([1-4]\d\d|none)$/);
      }),
      { examples: [[refused], [noHttp]] },
    );
    expect([...answered]).toEqual(expect.arrayContaining(['400', '403']));
    const lines = ['GET / HTTP/1.1', 'host: a', 'connection: close'];
    expect(await exchange(port(), toBytes(lines))).toMatch(/^HTTP\/1\.1 400 .*"Code":"MissingParameter"/s);
  });
});
