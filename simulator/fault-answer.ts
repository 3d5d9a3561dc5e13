import { type Answer, jsonAnswer } from './answer.ts';
import type { Fault } from './fault.ts';
import { GatewayError } from './gateway-error.ts';

const PROXY_PAGE = '<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
const CUT_BYTES = 24;

/** The answer that a fault puts in place of the right one, or undefined when it leaves the answer alone. */
export function replaceAnswer(fault: Fault | undefined, requestId: string, right: () => Buffer): Answer | undefined {
  switch (fault?.kind) {
    case 'status':
      return {
        status: fault.status,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from(fault.body ?? PROXY_PAGE),
      };
    case 'empty-body':
      return jsonAnswer(requestId, '', fault.status ?? 200);
    case 'malformed-json':
      return jsonAnswer(requestId, right().subarray(0, -CUT_BYTES));
    default:
      return undefined;
  }
}

/** The error that a fault means, or undefined. */
export function errorOf(fault: Fault | undefined, throttled: ThrottledError): GatewayError | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return throttled(fault.retryAfterMs);
    case 'error':
      return new GatewayError(fault.code, { message: fault.message, status: fault.status ?? 200 });
    default:
      return undefined;
  }
}

/** Makes the refusal of a throttled call; with a wait in milliseconds it carries `x-acs-retry-after`. */
export type ThrottledError = (retryAfterMs: number | undefined) => GatewayError;
