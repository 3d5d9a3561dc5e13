import { runAsCall, toCallFields } from './current-call.ts';
import { decodeEvent, describeEvent } from './event.ts';
import { type Handler, type HandlerOptions, reportErrors } from './handler.ts';
import { type HttpEvent, toHttpEvent } from './http-event.ts';
import { BadRequestError, toRequest } from './http-request.ts';
import { AnswerTooLargeError, type HttpResult, toHttpResult } from './http-result.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import { toProblem } from './problem.ts';

/** Answers a standard `Request`: the `fetch` of a Hono app, for one. */
export type Fetch = (request: Request, invocation: Invocation) => Response | Promise<Response>;

/**
 * A handler for HTTP: Function Compute's HTTP trigger and Lambda's function URLs and HTTP APIs. A request that cannot
 * be read answers 400, an error of `fetch` is logged and answers 500 without detail, an answer larger than the platform
 * carries answers 500 and names the limit; all three as problem documents with the request's id.
 *
 * Throws a TypeError, logged once, when the event is no HTTP request: the function is wired to the wrong trigger.
 */
export function createHttpHandler(fetch: Fetch, options: HandlerOptions = {}): Handler {
  return async (rawEvent, context) => {
    const invocation = createInvocation(context, options);
    return runAsCall(toCallFields(invocation), () => answerEvent(fetch, rawEvent, invocation));
  };
}

async function answerEvent(fetch: Fetch, rawEvent: unknown, invocation: Invocation): Promise<HttpResult> {
  const event = await reportErrors(invocation, {}, 'http_event_refused', () => readEvent(rawEvent));
  try {
    return await answer(fetch, event, invocation);
  } catch (error) {
    return toHttpResult(toFailure(error, event, invocation), event);
  }
}

function readEvent(rawEvent: unknown): HttpEvent {
  const { value } = decodeEvent(rawEvent);
  const event = toHttpEvent(value);
  if (event === undefined) throw new TypeError(`this handler answers HTTP requests: got ${describeEvent(value)}`);
  return event;
}

async function answer(fetch: Fetch, event: HttpEvent, invocation: Invocation): Promise<HttpResult> {
  const response = await fetch(toRequest(event), invocation);
  return toHttpResult(response, event);
}

function toFailure(error: unknown, event: HttpEvent, { requestId, log }: Invocation): Response {
  if (error instanceof BadRequestError) {
    log.warn({ method: event.method, reason: error.message }, 'http_request_malformed');
    return toProblem(400, 'Bad Request', requestId, error.message);
  }
  log.error({ method: event.method, path: event.path, err: error }, 'http_handler_failed');
  if (error instanceof AnswerTooLargeError) return toProblem(500, 'Answer too large', requestId, error.message);
  return toProblem(500, 'Internal Server Error', requestId);
}
