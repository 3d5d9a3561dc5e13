import { getEventListeners } from 'node:events';

/** How many things a signal still has to tell when it is aborted, or remembers having had: listeners, and what `AbortSignal.any` made. */
export function countFollowers(signal: AbortSignal): number {
  const kept = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  const dependants = kept && (Reflect.get(signal, kept) as Set<unknown> | undefined);
  return getEventListeners(signal, 'abort').length + (dependants?.size ?? 0);
}
