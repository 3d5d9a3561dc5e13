import { drawArrivals, type Skew } from './arrivals.ts';
import type { ScheduledJob } from './job.ts';
import { generateJob, type JobTraits } from './job-generator.ts';
import type { JobModel } from './job-model.ts';
import { createRandom, exponentialGapMs } from './random.ts';

/** A past to fill a model with. */
export interface HistoryOptions extends JobTraits {
  /** How many jobs. */
  readonly count: number;
  /** Creation times lie in [from, to), epoch milliseconds (`one-second` puts all into the second in the middle). */
  readonly from: number;
  readonly to: number;
  /** Default `uniform`. */
  readonly skew?: Skew;
  /** Default 1. The same seed and options make the same jobs, byte for byte. */
  readonly seed?: number;
}

/** Adds a history of jobs to a model. */
export function seedHistory(model: JobModel, options: HistoryOptions): void {
  const random = createRandom(options.seed ?? 1);
  const times = drawArrivals(random, options.count, options.from, options.to, options.skew ?? 'uniform');
  model.addMany(Array.from(times, (submittedAt) => generateJob(random, submittedAt, options)));
}

/** A stream of new jobs. */
export interface LifeOptions extends JobTraits {
  /** Default 2. */
  readonly seed?: number;
  /** Average number of new jobs a second. Default 1. */
  readonly jobsPerSecond?: number;
  /** The clock, epoch milliseconds. Default the model's clock. */
  readonly now?: () => number;
}

/** A stream of new jobs that somebody has to drive. */
export interface Life {
  /** Adds the jobs that should have been submitted since the last call; answers how many. */
  tick(): number;
}

/** Creates a Poisson stream of new jobs from the moment of the call on. It has no timer: the server ticks it at each request. */
export function createLife(model: JobModel, options: LifeOptions = {}): Life {
  const random = createRandom(options.seed ?? 2);
  const ratePerSecond = options.jobsPerSecond ?? 1;
  const now = options.now ?? model.now;
  let nextAt = now() + exponentialGapMs(random, ratePerSecond);
  return {
    tick() {
      const jobs: ScheduledJob[] = [];
      for (const until = now(); nextAt <= until; nextAt += exponentialGapMs(random, ratePerSecond)) {
        jobs.push(generateJob(random, Math.floor(nextAt), options));
      }
      model.addMany(jobs);
      return jobs.length;
    },
  };
}
