import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { runAsCall } from './current-call.ts';
import { createLogger, type Logger } from './logger.ts';

/** What {@link createCustomServer} takes. */
export interface CustomServerOptions {
  /** Answers the requests of HTTP triggers and custom domains, which arrive as their clients sent them. */
  listener: RequestListener;
  /** Called for `POST /initialize`, before the first request, until it succeeds once. */
  initialize?: (() => void | Promise<void>) | undefined;
  /** Called for `GET /pre-stop`. Requests may still come after it: whatever it closes has to open again. */
  preStop?: (() => void | Promise<void>) | undefined;
  /** Default: a logger at level `info` that writes to standard output. */
  log?: Logger | undefined;
}

/**
 * A server for Function Compute's custom runtime (https://www.alibabacloud.com/help/en/functioncompute/fc/principles-1).
 * The platform tells its own calls from requests by the header `x-fc-control-path`; `x-fc-status` tells it whether one of
 * its own succeeded. Events (`/invoke`) are refused: a client that could forge the header must not start anything.
 *
 * The platform keeps connections open and ends calls itself, so the server has no time limits of its own.
 */
export function createCustomServer(options: CustomServerOptions): Server {
  const log = options.log ?? createLogger();
  const server = createServer((request, response) => {
    const requestId = headerOf(request, 'x-fc-request-id') ?? randomUUID();
    const functionName = headerOf(request, 'x-fc-function-name');
    runAsCall({ requestId, functionName }, () => void answer(request, response, options, log));
  });
  return Object.assign(server, { timeout: 0, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { listener, initialize, preStop }: CustomServerOptions,
  log: Logger,
): Promise<void> {
  const control = headerOf(request, 'x-fc-control-path');
  if (control === '/initialize') return runHook(response, initialize, log);
  if (control === '/pre-stop') return runHook(response, preStop, log);
  if (control === '/invoke') return finish(response, 404, 'this function answers HTTP requests alone');
  listener(request, response);
}

async function runHook(response: ServerResponse, run: CustomServerOptions['initialize'], log: Logger): Promise<void> {
  try {
    await run?.();
    finish(response, 200, 'ok');
  } catch (error) {
    log.error({ err: error }, 'lifecycle_hook_failed');
    finish(response, 404, 'the hook failed: see the log');
  }
}

// To the platform 404 in this header is what failed, and 200 what did not; without it every answer counts as a success.
function finish(response: ServerResponse, status: 200 | 404, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'x-fc-status': String(status) }).end(`${text}\n`);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
