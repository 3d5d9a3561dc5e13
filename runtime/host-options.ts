import { randomBytes } from 'node:crypto';
import type { Credentials } from './invocation.ts';

/** How the function is configured: what s.yaml says of it. */
export interface HostOptions {
  /** The built folder. It is copied out of the tree before it runs, so that nothing above it is in reach. */
  codeDir: string;
  /** Default `index.handler`. */
  handler?: string | undefined;
  functionName: string;
  timeoutSeconds: number;
  memoryMb: number;
  region: string;
  accountId: string;
  /** The role's credentials; without them the context carries `{}`, as for a function without a role. */
  credentials?: Credentials | undefined;
  /** All that the function sees of the environment, besides PATH. */
  environment?: Record<string, string> | undefined;
  /** For example `index.initialize`. */
  initializer?: string | undefined;
  /** For example `index.preStop`. */
  preStop?: string | undefined;
  /** Freeze the instance after each answer, as the platform does, until the next call. Default false. */
  freeze?: boolean | undefined;
}

/** An id of the form the platform gives its requests. */
export function createRequestId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds}-${randomBytes(12).toString('hex')}`;
}

/**
 * The context of one call, without its `logger`, which the worker adds
 * (https://www.alibabacloud.com/help/zh/fc/context-3).
 */
export function toContext(options: HostOptions, handler: string, requestId: string, retryCount: number): object {
  return {
    requestId,
    credentials: options.credentials ?? {},
    function: {
      name: options.functionName,
      handler,
      memory: options.memoryMb,
      timeout: options.timeoutSeconds,
    },
    service: { logProject: '', logStore: '', qualifier: 'LATEST' },
    region: options.region,
    accountId: options.accountId,
    retryCount,
    tracing: { openTracingSpanBaggages: {} },
  };
}
