import { toCleanError } from './clean-error.ts';
import type { Invocation } from './invocation.ts';
import type { Logger } from './logger.ts';

/** What the platforms load by name and call with the event and the context. */
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** What every factory of a handler takes. */
export interface HandlerOptions {
  /** Default: a logger at level `info` that writes to standard output. */
  log?: Logger | undefined;
  /** Epoch milliseconds. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/** Runs `call`; an error is logged once, with the request's id, and thrown on with nothing secret in it. */
export async function reportErrors<T>(
  invocation: Invocation,
  fields: object,
  message: string,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    invocation.log.error({ ...fields, err: error }, message);
    const { accessKeySecret, securityToken } = invocation.credentials ?? {};
    throw toCleanError(
      error,
      [accessKeySecret, securityToken].filter((each) => each !== undefined),
    );
  }
}
