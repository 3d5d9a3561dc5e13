import { AppError } from '#core/errors.ts';
import type { Rejection, StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import type { Database } from '#db/client.ts';
import { readCode } from '#db/database-error.ts';
import type { PartitionKeeper } from '#db/ensure-partitions.ts';
import { toPageStatement } from '#db/page-statement.ts';

/** What one page brings, and on whose behalf it is written. */
export interface PageWrite {
  readonly source: string;
  readonly runId: number;
  /** The lease's fence under which this run began: the write is refused once another run has taken over. */
  readonly fence: number;
  readonly jobs: readonly StorableJob[];
  readonly rejections: readonly Rejection[];
  /** Creation time that this page completes, in epoch seconds; covered in the same transaction. */
  readonly covers?: Range | undefined;
  /** Ids that MPS no longer knows. */
  readonly missingIds?: readonly string[] | undefined;
}

/** Jobs of the pages by what became of them. A job that an older read would have set back counts as unchanged. */
export interface PageCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly transitions: number;
  readonly rejected: number;
}

export interface PageStorage {
  readonly database: Database;
  readonly partitions: PartitionKeeper;
  /**
   * Has statements wait for a connection, as long as it takes: who waits in the pool is told after some seconds that Postgres is
   * not reachable.
   */
  readonly send: <Rows>(statement: () => Promise<Rows>) => Promise<Rows>;
}

/** At least one page, all of one run. */
export type Pages = readonly [PageWrite, ...PageWrite[]];

/**
 * Stores pages in one round trip and one transaction: classify against what is stored, write only what changed,
 * advance coverage. Unchanged rows are not touched, so re-reading them writes nothing at all.
 */
export async function writePages(storage: PageStorage, pages: Pages): Promise<PageCounts> {
  const [row] = await queryWithPartitions(storage, pages);
  if (!row) throw new AppError('unexpected', 'the page write returned no counts');
  const { fence_lost: fenceLost, ...counts } = row;
  if (fenceLost) {
    const [{ source }] = pages;
    throw new AppError('fence_lost', `another run took over source "${source}": nothing of this page was written`);
  }
  return counts;
}

type Result = PageCounts & { fence_lost: boolean };

/** Postgres's code for a row that no partition takes; it is a check's too, but these tables have none. */
const noPartition = '23514';

/**
 * Postgres's codes for a job that another writer stored or changed at the same moment, and for a deadlock with whoever else
 * changes jobs: the next call finds it so.
 */
const writtenMeanwhile: readonly (string | undefined)[] = ['23505', '40001', '40P01'];

/** A page meets another writer's once, at the second where their ranges touch; more often something else is wrong. */
const attempts = 5;

async function queryWithPartitions({ database, partitions, send }: PageStorage, pages: Pages): Promise<Result[]> {
  const statement = toPageStatement(pages);
  const creationTimes = pages.flatMap(({ jobs }) => jobs.map(({ creationTime }) => creationTime));
  await partitions.ensure(creationTimes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(() => database.query<Result>(statement));
    } catch (error) {
      const code = error instanceof AppError ? readCode(error.cause) : undefined;
      if (attempt === attempts || (code !== noPartition && !writtenMeanwhile.includes(code))) throw error;
      if (code === noPartition) {
        // It was there, but another program's retention dropped it.
        partitions.forget();
        await partitions.ensure(creationTimes);
      }
    }
  }
}
