import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as a receiver got it. */
export interface Received {
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
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      if (held.answer === 'hang') return;
      if (held.answer === 0) return request.destroy();
      if (held.answer < 300) {
        held.received.push({ id: String(request.headers['webhook-id']), body: JSON.parse(text), at: now() });
      }
      response.writeHead(held.answer, { connection: 'close' }).end('noted');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(held, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
