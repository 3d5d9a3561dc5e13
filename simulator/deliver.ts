import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { DeliveryFault } from './fault.ts';

/** Writes an answer to the connection, with the fault of delivery it may carry. Ends early, rejecting, when `signal` aborts. */
export async function deliver(response: ServerResponse, answer: Answer, signal: AbortSignal): Promise<void> {
  const { delivery } = answer;
  switch (delivery?.kind) {
    case 'hang':
      return;
    case 'reset':
      reset(response, answer, delivery.afterBytes);
      return;
    case 'drip':
      await drip(response, answer, delivery, signal);
      return;
    case 'delay':
      await sleep(delivery.ms, undefined, { signal });
  }
  writeHead(response, answer);
  response.end(answer.body);
}

function writeHead(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
}

/** A reset in the middle first hands the bytes to the system: `resetAndDestroy` drops what is still in Node's buffers. */
function reset(response: ServerResponse, answer: Answer, afterBytes: number | undefined): void {
  const { socket } = response;
  if (afterBytes === undefined) {
    socket?.resetAndDestroy();
    return;
  }
  writeHead(response, answer);
  response.write(answer.body.subarray(0, afterBytes), () => socket?.destroy());
}

async function drip(
  response: ServerResponse,
  answer: Answer,
  { chunkBytes = 64, intervalMs = 100 }: Extract<DeliveryFault, { kind: 'drip' }>,
  signal: AbortSignal,
): Promise<void> {
  const { body } = answer;
  writeHead(response, answer);
  for (let start = 0; start < body.length && !response.destroyed; start += chunkBytes) {
    response.write(body.subarray(start, start + chunkBytes));
    await sleep(intervalMs, undefined, { signal });
  }
  response.end();
}
