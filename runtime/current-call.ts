import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line that is logged during a call says of the call. */
export interface CallFields {
  readonly requestId: string;
  readonly functionName?: string | undefined;
}

const current = new AsyncLocalStorage<CallFields>();

/**
 * Runs `work` as the call of this id: every logger of `createLogger` puts it on its lines meanwhile, also one that was
 * made at module level long before, and also where several calls run in one process at a time.
 */
export function runAsCall<Result>(fields: CallFields, work: () => Result): Result {
  return current.run(fields, work);
}

/** Nothing but these fields, of a larger object. */
export function toCallFields({ requestId, functionName }: CallFields): CallFields {
  return { requestId, functionName };
}

/** The call under way, `undefined` outside of any. */
export function currentCall(): CallFields | undefined {
  return current.getStore();
}
