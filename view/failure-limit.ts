/** Wrong tokens from one client before it has to wait. */
const perClient = 10;
const windowSeconds = 60;
const maxClients = 10_000;

export interface FailureLimit {
  /** Seconds that a client has to wait, 0 when it need not. */
  waitSeconds(client: string): number;
  add(client: string): void;
}

/**
 * Counts wrong tokens in windows of a minute. It is each instance's own: tokens are long and random, so it has to slow
 * guessing down, not to make it impossible. `now` in epoch seconds.
 */
export function createFailureLimit(now: () => number): FailureLimit {
  let startedAt = 0;
  const counts = new Map<string, number>();
  const turn = () => {
    if (now() - startedAt < windowSeconds && counts.size < maxClients) return;
    startedAt = now();
    counts.clear();
  };
  return {
    waitSeconds(client) {
      turn();
      const isOver = (counts.get(client) ?? 0) >= perClient;
      return isOver ? Math.max(1, Math.ceil(startedAt + windowSeconds - now())) : 0;
    },
    add(client) {
      turn();
      counts.set(client, (counts.get(client) ?? 0) + 1);
    },
  };
}
