/** Why nobody is told of a failure. `silenced`: a silence covered it until it was over. */
export type SuppressionReason = 'before-alerting' | 'too-old' | 'silenced';

/** Times in epoch seconds. */
export interface Failure {
  readonly creationTime: number;
  /** When it was first seen to have failed. */
  readonly observedAt: number;
  /** It had failed already when it was first read. */
  readonly firstSighting: boolean;
}

/**
 * History pages nobody: neither a job that had failed before it was first read and was created before alerting was
 * switched on, nor one that was old when it was seen to fail. Its age is taken then and not now, so that alerting may
 * be away for days without forgetting what failed meanwhile.
 */
export function decideSuppression(
  failure: Failure,
  { alertingSince, maxAgeSeconds }: { alertingSince: number; maxAgeSeconds: number },
): Exclude<SuppressionReason, 'silenced'> | null {
  if (failure.observedAt - failure.creationTime > maxAgeSeconds) return 'too-old';
  return failure.firstSighting && failure.creationTime < alertingSince ? 'before-alerting' : null;
}
