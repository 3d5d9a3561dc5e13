import { Pool } from 'undici';
import { AppError } from '#core/errors.ts';
import type { Answer } from '#mps/answer.ts';

export interface Transport {
  /** Sends one signed request and reads its answer whole. Throws `AppError` `mps_unavailable` when none came in time. */
  send(request: OutgoingRequest): Promise<Answer>;
  close(): Promise<void>;
}

export interface OutgoingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  /** `https://mts.cn-hangzhou.aliyuncs.com`. */
  readonly origin: string;
  /** For one attempt, from connecting to the last byte, in ms. */
  readonly timeoutMs?: number;
  /** Sockets kept at most. 100 calls a second at 200 ms each keep 20 busy. */
  readonly connections?: number;
}

/**
 * A keep-alive pool of connections to one MPS endpoint. Answers that are there at the same time are handed over one in each
 * turn of the event loop: reading a page takes milliseconds, and several in a row would make the next call miss its slot.
 */
export function createTransport({ origin, timeoutMs = 15_000, connections = 48 }: TransportOptions): Transport {
  const pool = new Pool(origin, { connections, keepAliveTimeout: 4_000, connect: { timeout: 5_000 } });
  const nextTurn = createTurns();
  return {
    send: ({ path, headers, signal }) =>
      withDeadline(timeoutMs, signal, async (attemptSignal) => {
        try {
          const answer = await orAborted(attemptSignal, exchange(pool, { path, headers, signal: attemptSignal }));
          await nextTurn();
          return answer;
        } catch (error) {
          if (signal?.aborted) throw signal.reason;
          throw toTransportError(error, origin, attemptSignal.aborted ? timeoutMs : undefined);
        }
      }),
    close: () => pool.destroy(),
  };
}

/** One timer for the whole attempt: a body that drips forever defeats per-chunk timeouts. */
async function withDeadline<T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  outer?.addEventListener('abort', abort, { once: true });
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}

async function exchange(pool: Pool, request: OutgoingRequest & { signal: AbortSignal }): Promise<Answer> {
  const response = await pool.request({ ...request, method: 'POST' });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

/** Each caller gets a turn of the event loop for itself, with timers and sockets between. */
function createTurns(): () => Promise<void> {
  let turn = Promise.resolve();
  return () => {
    turn = turn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return turn;
  };
}

/** undici heeds a signal only once a request has its connection: one that still connects ran on for 5 s. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** Only the code and the host are told: messages of network errors may carry the URL with its page token. */
function toTransportError(error: unknown, origin: string, timedOutAfterMs: number | undefined): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const why = timedOutAfterMs === undefined ? code : `no complete answer within ${timedOutAfterMs} ms`;
  return new AppError('mps_unavailable', `no answer from MPS at ${origin}: ${why}`, { cause: error });
}
