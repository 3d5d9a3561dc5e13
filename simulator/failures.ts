import type { JobFailure } from './job.ts';
import { pickWeighted, type Random } from './random.ts';

/**
 * What snapshot jobs fail of. The codes are MPS's own, the first three being the ones its snapshot FAQ names; the weights
 * are a guess.
 * Sources: https://www.alibabacloud.com/help/en/mps/support/faq-about-taking-snapshots and
 * https://www.alibabacloud.com/help/doc-detail/29254.htm
 */
const FAILURES: readonly (JobFailure & { readonly weight: number })[] = [
  { code: 'InvalidParameter.ResourceContentBad', message: 'The resource operated InputFile is bad', weight: 34 },
  { code: 'InvalidParameter.ResourceNotFound', message: 'The resource operated InputFile cannot be found', weight: 26 },
  { code: 'SnapshotTimeOut', message: 'Snapshot timed out after 5 seconds in synchronous mode', weight: 12 },
  { code: 'InvalidParameter.TimeArray', message: 'TimeArray greater than video duration.', weight: 10 },
  { code: 'PermissionDenied.ResourceAccess', message: 'No permission to access the bucket of OutputFile', weight: 9 },
  { code: 'InvalidParameter.OutOfRange', message: 'Time is beyond the duration of InputFile', weight: 5 },
  { code: 'InternalError', message: 'The request processing has failed due to some unknown error.', weight: 4 },
];

/** Draws a failure. */
export function drawFailure(random: Random): JobFailure {
  return pickWeighted(random, FAILURES);
}
