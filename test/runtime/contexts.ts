import { createLogger, type Logger } from '../../runtime/index.ts';

/** A Function Compute context, as documented: https://www.alibabacloud.com/help/zh/fc/context-3 */
export const functionComputeContext = {
  requestId: '1-64f6cd87-requestid',
  credentials: {
    accessKeyId: 'STS.exampleid',
    accessKeySecret: 'the-secret-of-the-role',
    securityToken: 'the-session-token-of-the-role',
  },
  function: { name: 'sync', handler: 'index.handler', memory: 512, timeout: 300 },
  service: { logProject: '', logStore: '', qualifier: 'LATEST' },
  region: 'cn-hangzhou',
  accountId: '1234567890',
  retryCount: 0,
};

/** A Lambda context, as documented: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export const lambdaContext = {
  functionName: 'sync',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:sync',
  awsRequestId: '8f507cfc-example',
  getRemainingTimeInMillis: () => 45_000,
};

export type Entry = Record<string, unknown> & { level: string; msg: string };

/** A logger that keeps its lines. */
export function createMemoryLog(level = 'info'): { log: Logger; lines: string[]; entries: () => Entry[] } {
  const lines: string[] = [];
  const log = createLogger({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Entry) };
}
