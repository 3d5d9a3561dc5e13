import { setTimeout as delay } from 'node:timers/promises';

/**
 * One direction of a connection: whatever is put into it happens in the order in which it was put in, each not before its own
 * wait (in ms) is over.
 */
export type PieceQueue = (waitMs: number, step: () => void) => void;

export function createPieceQueue(): PieceQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (waitMs, step) => {
    const due = waitMs > 0 ? delay(waitMs) : undefined;
    last = Promise.all([last, due]).then(step);
  };
}
