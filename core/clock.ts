/** Time as an argument: nothing below the entry points reads a clock of its own, so tests can hold it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment, whatever the clock is set to. May stand still while the machine is frozen. */
  elapsed(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Epoch seconds, rounded down. */
export const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

/** `YYYY-MM-DDThh:mm:ssZ`, the one time format that MPS accepts. */
export const toMpsTime = (epochSeconds: number): string =>
  new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
