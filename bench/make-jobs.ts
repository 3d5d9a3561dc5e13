import { parseRecords, type StorableJob } from '#core/job.ts';
import { generateJob } from '#simulator/job-generator.ts';
import { createRandom } from '#simulator/random.ts';

/** The same jobs as they are listed while open and once done. */
export interface JobSet {
  readonly open: readonly StorableJob[];
  readonly done: readonly StorableJob[];
}

/** Jobs of a span of creation time (epoch seconds), newest first, drawn as the simulator draws them: about 1 kB each. */
export function makeJobs(options: { count: number; from: number; to: number; seed: number }): JobSet {
  const random = createRandom(options.seed);
  const step = (options.to - options.from) / options.count;
  const scheduled = Array.from({ length: options.count }, (_, n) =>
    generateJob(random, (options.to - n * step) * 1000),
  );
  return {
    open: parseRecords(scheduled.map((job) => job.describe('Submitted'))).jobs,
    done: parseRecords(scheduled.map((job) => job.describe(job.failure ? 'Fail' : 'Success'))).jobs,
  };
}

export const toPages = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
