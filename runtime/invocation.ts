import { randomUUID } from 'node:crypto';
import type { HandlerOptions } from './handler.ts';
import { createLogger, type Logger } from './logger.ts';
import { asRecord, asText } from './record.ts';

/** Temporary credentials of the function's role. */
export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

/** What a handler may know of the call it answers, whichever platform it runs on. */
export interface Invocation {
  platform: 'function-compute' | 'lambda';
  /** The platform's id of this call; a random UUID where it gave none. */
  requestId: string;
  functionName: string | undefined;
  region: string | undefined;
  accountId: string | undefined;
  /** Function Compute: the role's credentials of this call, undefined without a role. Lambda: always undefined. */
  credentials: Credentials | undefined;
  /** Which retry of an asynchronous call this is, 0 on the first attempt. Lambda does not say: always 0. */
  retryCount: number;
  /** Epoch milliseconds at which the platform ends this call. */
  deadline: number;
  /** Milliseconds until the deadline, never below 0. */
  remainingMs(): number;
  /** Carries `requestId` and `functionName` on every line. */
  log: Logger;
}

type Facts = Omit<Invocation, 'remainingMs' | 'log'>;

/** The time limit when the context names none: what Function Compute's console gives a new function. */
const DEFAULT_TIMEOUT_SECONDS = 60;

let standardLog: Logger | undefined;

/**
 * Reads a Function Compute or Lambda context. Throws a TypeError when it is neither.
 *
 * @param timeoutSeconds the time limit where it is not the function's own, as for lifecycle hooks
 */
export function createInvocation(context: unknown, options: HandlerOptions, timeoutSeconds?: number): Invocation {
  const now = options.now ?? Date.now;
  const facts = readFacts(context, now(), timeoutSeconds);
  standardLog ??= createLogger();
  return {
    ...facts,
    remainingMs: () => Math.max(0, facts.deadline - now()),
    log: (options.log ?? standardLog).child({ requestId: facts.requestId, functionName: facts.functionName }),
  };
}

function readFacts(context: unknown, startedAt: number, timeoutSeconds: number | undefined): Facts {
  const fields = asRecord(context);
  if (typeof fields?.getRemainingTimeInMillis === 'function') return lambdaFacts(fields, startedAt);
  const own = asRecord(fields?.function);
  if (fields === undefined || own === undefined) throw new TypeError('not a Function Compute or Lambda context');
  const seconds = timeoutSeconds ?? positive(own.timeout) ?? DEFAULT_TIMEOUT_SECONDS;
  return {
    platform: 'function-compute',
    requestId: asText(fields.requestId) ?? randomUUID(),
    functionName: asText(own.name),
    region: asText(fields.region),
    accountId: asText(fields.accountId),
    credentials: toCredentials(fields.credentials),
    retryCount: positive(fields.retryCount) ?? 0,
    deadline: startedAt + seconds * 1000,
  };
}

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html. The ARN is arn:aws:lambda:region:account:function:name.
function lambdaFacts(fields: Record<string, unknown>, startedAt: number): Facts {
  const arn = asText(fields.invokedFunctionArn)?.split(':') ?? [];
  const remaining = (fields.getRemainingTimeInMillis as () => unknown).call(fields);
  return {
    platform: 'lambda',
    requestId: asText(fields.awsRequestId) ?? randomUUID(),
    functionName: asText(fields.functionName),
    region: asText(arn[3]),
    accountId: asText(arn[4]),
    credentials: undefined,
    retryCount: 0,
    deadline: startedAt + (positive(remaining) ?? 0),
  };
}

// Function Compute hands out an empty object when the function has no role.
function toCredentials(value: unknown): Credentials | undefined {
  const fields = asRecord(value);
  const accessKeyId = asText(fields?.accessKeyId);
  const accessKeySecret = asText(fields?.accessKeySecret);
  const securityToken = asText(fields?.securityToken);
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined;
  return { accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) };
}

// Numbers of the context come from request headers; a runtime that hands them on as text is read as well.
function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}
