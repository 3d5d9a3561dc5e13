import type { Clock } from '#core/clock.ts';
import type { Rejection, StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import type { Source } from '#core/source.ts';
import type { MpsClient } from '#mps/client.ts';

/** A page on its way into the database, and how many records it came from. */
export interface PageToStore {
  readonly jobs: readonly StorableJob[];
  readonly rejections: readonly Rejection[];
  readonly covers?: Range | undefined;
  readonly missingIds?: readonly string[];
  readonly read: number;
}

/** What it takes to list jobs. */
export interface ListContext {
  readonly source: Source;
  readonly mps: MpsClient;
  readonly clock: Clock;
  /** Aborted, with an `AppError` as its reason, when the run has to stop. */
  readonly signal: AbortSignal;
}

/** What the parts of a run share. */
export interface RunContext extends ListContext {
  /** Writes a page under the run's fence and adds it to the run's counts. */
  storePage(page: PageToStore): Promise<void>;
}
