import { drawFailure } from './failures.ts';
import type { JobFailure, RawJob, ScheduledJob, SnapshotState } from './job.ts';
import { describeContent } from './job-content.ts';
import { DEFAULT_PIPELINES, type PipelineProfile } from './pipelines.ts';
import { hex32, pickWeighted, type Random, uniform } from './random.ts';

/** What generated jobs are like; each has a default. */
export interface JobTraits {
  /** Share of the jobs that end in Fail, over all pipelines. Default 0.06. */
  readonly failureShare?: number;
  /** Share of the jobs that never end (half of them never start). Default 0. */
  readonly stuckShare?: number;
  /** Default `DEFAULT_PIPELINES`. */
  readonly pipelines?: readonly PipelineProfile[];
}

/** Makes one job submitted at a time (epoch milliseconds): it waits 1 to 10 s and takes 2 to 30 s. */
export function generateJob(random: Random, submittedAt: number, traits: JobTraits = {}): ScheduledJob {
  return new GeneratedJob(random, submittedAt, traits);
}

/** A class, because a model holds hundreds of thousands: an object and a closure for each would take twice the memory. */
class GeneratedJob implements ScheduledJob {
  readonly id: string;
  readonly submittedAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly failure: JobFailure | undefined;
  readonly #pipeline: PipelineProfile;
  readonly #contentSeed: number;

  constructor(random: Random, submittedAt: number, traits: JobTraits) {
    this.#pipeline = pickWeighted(random, traits.pipelines ?? DEFAULT_PIPELINES);
    this.#contentSeed = Math.floor(random() * 2 ** 32);
    this.id = hex32(random);
    this.submittedAt = submittedAt;
    const startedAt = Math.floor(submittedAt + uniform(random, 1_000, 10_000));
    const finishedAt = Math.floor(startedAt + uniform(random, 2_000, 30_000));
    const failure = drawFailure(random);
    const fails = random() < (traits.failureShare ?? 0.06) * this.#pipeline.failureFactor;
    const stuck = random() < (traits.stuckShare ?? 0);
    const starts = !stuck || random() < 0.5;
    this.startedAt = starts ? startedAt : undefined;
    this.finishedAt = stuck ? undefined : finishedAt;
    this.failure = fails ? failure : undefined;
  }

  get pipelineId(): string {
    return this.#pipeline.id;
  }

  describe(state: SnapshotState): RawJob {
    return describeContent(this, state, this.#pipeline, this.#contentSeed);
  }
}
