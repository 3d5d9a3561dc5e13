import { AppError } from '#core/errors.ts';

/** A terminal and npm both pass a Ctrl-C on, so that one comes twice: only a later one is meant as a second. */
const impatientAfterMs = 500;

export interface Interrupt {
  /** Aborted by the first Ctrl-C (or `kill`), with an `AppError` `deadline` as its reason. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  clear(): void;
}

/** Turns the first Ctrl-C into a signal to stop cleanly; a second one ends the process at once, with status 1. */
export function listenForInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > impatientAfterMs) process.exit(1);
    controller.abort(new AppError('deadline', message));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    clear: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
