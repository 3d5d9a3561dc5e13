/** What a fault rule may look at. A fault strikes only calls whose signature is good and which are within the quota. */
export interface FaultRequest {
  /** 1 for the first call the server received, refused ones counted too. */
  readonly sequence: number;
  /** How often this very set of parameters has been received, this call included: 1 for a first try. */
  readonly attempt: number;
  readonly accessKeyId: string;
  readonly account: string;
  /** The parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** A fault that changes the rows of an answer. But for `stale-rows`, a look-up by id is left as it is. */
export type PageFault =
  /** No rows, and a token that goes on from the same place. */
  | { readonly kind: 'empty-page' }
  /** Half of the rows asked for, and a token if there are more. */
  | { readonly kind: 'half-page' }
  /** The last rows of the page before (at most five) once more, in front. */
  | { readonly kind: 'duplicate-rows' }
  /** The rows oldest first. */
  | { readonly kind: 'out-of-order' }
  /** A NextPageToken is refused (InvalidParameter); a call without one passes. */
  | { readonly kind: 'refuse-token' }
  /** Every row, of a look-up by id too, in the state in which it was so long ago; none is missing. */
  | { readonly kind: 'stale-rows'; readonly ms: number };

/** A fault of the answer as a whole. */
type AnswerFault =
  /** Refused over the quota. Default `retryAfterMs`: none. */
  | { readonly kind: 'throttle'; readonly retryAfterMs?: number }
  /** An error in MPS's form. Default `status`: 200, with which it looks like a success. */
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** A page of a proxy in between. Default body: a small HTML page. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** Nothing after the headers. Default `status`: 200. */
  | { readonly kind: 'empty-body'; readonly status?: number }
  /** The answer without its last characters, in a response that is whole. */
  | { readonly kind: 'malformed-json' };

/** A fault of the delivery: the answer is right. */
export type DeliveryFault =
  /** The connection is reset, before the headers or after this many bytes of the body. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** The body in small pieces. Default: 64 bytes each 100 ms. */
  | { readonly kind: 'drip'; readonly chunkBytes?: number; readonly intervalMs?: number }
  /** The answer comes this much later. */
  | { readonly kind: 'delay'; readonly ms: number };

/** What may go wrong with one call. */
export type Fault = PageFault | AnswerFault | DeliveryFault;

/** Decides for each call whether something goes wrong; undefined = nothing does. */
export type FaultRule = (request: FaultRequest) => Fault | undefined;

/** Whether the fault is one of the delivery. */
export function isDeliveryFault(fault: Fault | undefined): fault is DeliveryFault {
  return fault?.kind === 'reset' || fault?.kind === 'hang' || fault?.kind === 'drip' || fault?.kind === 'delay';
}

/** Whether the fault is one of the rows of a page. */
export function isPageFault(fault: Fault | undefined): fault is PageFault {
  return fault !== undefined && PAGE_FAULTS.has(fault.kind);
}

const PAGE_FAULTS = new Set<Fault['kind']>([
  'empty-page',
  'half-page',
  'duplicate-rows',
  'out-of-order',
  'refuse-token',
  'stale-rows',
]);
