/** A signal of its own for one piece of work. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  /** To be called when the work is over: nothing of it stays with the signals that it followed. */
  release(): void;
}

/**
 * A signal that is aborted as soon as one of the given ones is, for the same reason. Not `AbortSignal.any`: a signal that lives as
 * long as the process then keeps something of every run and every message for ever, measured with Node 20 and open at
 * https://github.com/nodejs/node/issues/54614.
 */
export function followSignals(...followed: readonly AbortSignal[]): FollowingSignal {
  const controller = new AbortController();
  const follow = ({ target }: Event) => controller.abort((target as AbortSignal).reason);
  const gone = followed.find(({ aborted }) => aborted);
  if (gone) controller.abort(gone.reason);
  else for (const each of followed) each.addEventListener('abort', follow);
  const release = () => {
    for (const each of followed) each.removeEventListener('abort', follow);
  };
  return { signal: controller.signal, release };
}
