import { AppError } from '#core/errors.ts';

/**
 * A signal that stops a run in time: a page and its answer fit into the margin, so that a run ends by itself and its
 * record says so, instead of being cut off. `remainingMs` is what the platform still grants this call.
 */
export function createStopSignal(remainingMs: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const marginMs = Math.min(10_000, remainingMs / 5);
  const stop = () =>
    controller.abort(new AppError('deadline', "the function's time is nearly over: the next run goes on"));
  const timer = setTimeout(stop, Math.max(0, remainingMs - marginMs));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
