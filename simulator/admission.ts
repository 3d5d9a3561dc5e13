import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import type { ThrottledError } from './fault-answer.ts';
import { GatewayError } from './gateway-error.ts';
import { NonceBook } from './nonce-book.ts';
import { checkOperation } from './operation.ts';
import type { Settings } from './options.ts';
import { createQuota } from './quota.ts';

/** Lets a call in and answers its access key id, or throws the GatewayError that refuses it. `now` in epoch milliseconds. */
export type Admission = (call: Call, account: string, now: number) => string;

/** Creates the checks every call has to pass: the operation, the signature, then the quota of its account. */
export function createAdmission(settings: Settings): Admission {
  const nonces = new NonceBook();
  const quota = createQuota(settings.qps, settings.quotaWindow);
  const throttled = createThrottledError(settings);
  return (call, account, now) => {
    checkOperation(call);
    const accessKeyId = authenticate(call, settings.accessKeys, nonces, now);
    const waitMs = quota.admit(account, now);
    if (waitMs > 0) {
      throw throttled(settings.retryAfterHeader === 'ms' ? waitMs : undefined);
    }
    return accessKeyId;
  };
}

/** Creates the maker of throttling errors. `x-acs-retry-after` is in milliseconds, as the official SDKs read it. */
export function createThrottledError({ throttleCode, throttleStatus }: Settings): ThrottledError {
  return (retryAfterMs) =>
    new GatewayError(throttleCode, {
      status: throttleStatus,
      headers: retryAfterMs === undefined ? {} : { 'x-acs-retry-after': String(Math.ceil(retryAfterMs)) },
    });
}
