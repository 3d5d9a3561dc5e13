import { createHttpHandler, type HttpResult, type Invocation } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext, lambdaContext } from './contexts.ts';
import { httpEvent } from './events.ts';

/** The `Request` that `fetch` gets for the event. */
export async function requestOf(event: unknown, context: unknown = functionComputeContext): Promise<Request> {
  const seen: Request[] = [];
  const answer = await call(
    (request) => {
      seen.push(request);
      return new Response();
    },
    event,
    context,
  );
  const [request] = seen;
  if (request === undefined) throw new Error(`fetch was not called: ${answer.body}`);
  return request;
}

/** What the handler makes of a response to the documented request, changed by `event`. */
export async function resultOf(response: Response, event: unknown = httpEvent()): Promise<HttpResult> {
  return call(() => response, event, Buffer.isBuffer(event) ? functionComputeContext : lambdaContext);
}

/** The whole way through. */
export async function call(
  fetch: (request: Request, invocation: Invocation) => Response | Promise<Response>,
  event: unknown = httpEvent(),
  context: unknown = functionComputeContext,
  log = createMemoryLog('silent').log,
): Promise<HttpResult> {
  return (await createHttpHandler(fetch, { log })(event, context)) as HttpResult;
}
