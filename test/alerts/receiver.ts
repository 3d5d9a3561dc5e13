import { startReceiver as startAnswering } from '#scripts/receiver.ts';

/** A message as a receiver got it. */
interface Received {
  readonly id: string;
  readonly body: unknown;
  /** Of the test's clock, in ms. */
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers from now on with this status; 0 cuts the connection, `hang` leaves it open and silent. */
  answer: number | 'hang';
  close(): Promise<void>;
}

/** A real HTTP server that notes what it is sent. What it refuses, it has not received. */
export async function startReceiver(now: () => number = Date.now): Promise<Receiver> {
  const held: { answer: Receiver['answer']; received: Received[] } = { answer: 200, received: [] };
  const server = await startAnswering(({ headers, text }) => {
    if (held.answer === 'hang') return 'hang';
    if (held.answer === 0) return 'reset';
    if (held.answer < 300) {
      held.received.push({ id: String(headers['webhook-id']), body: JSON.parse(text), at: now() });
    }
    return { status: held.answer, text: 'noted', headers: { connection: 'close' } };
  });
  return Object.assign(held, { url: `${server.origin}/`, close: async () => server[Symbol.asyncDispose]() });
}
