import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobModel } from '#simulator/job-model.ts';

/** A job that has ended. All times in epoch ms. */
interface End {
  readonly created: number;
  /** Since when MPS has listed it as ended. */
  readonly ended: number;
  /** When the copy first had it so; `Infinity` where it never did. */
  readonly seen: number;
}

/** A run that called itself completed. Times in epoch ms. */
interface CompletedRun {
  readonly id: string;
  readonly source: string;
  readonly started: number;
  readonly finished: number;
  readonly from: number;
  readonly to: number;
}

/**
 * I2, the half that gaps do not show: a completed run has looked at every open job of its window, so it knows of each that had
 * ended before it began. Jobs are open for less than a day here, within which every run is to look at all of them.
 */
export async function findOverlookedEnds(
  database: Database,
  model: JobModel,
  sources: readonly string[],
): Promise<string[]> {
  const runs = await selectCompletedRuns(database);
  const found: string[] = [];
  for (const source of sources) {
    const ends = toEnds(model, await selectSeen(database, source));
    const ofSource = runs.filter((run) => run.source === source);
    const blind = ofSource.filter((run) => ends.some((end) => isOverlooked(end, run)));
    const such = `such as run ${blind[0]?.id}`;
    if (blind.length > 0)
      found.push(`${source}: ${blind.length} runs were completed without ends of jobs, ${such} (I2)`);
  }
  return found;
}

const isOverlooked = ({ created, ended, seen }: End, { from, to, started, finished }: CompletedRun): boolean =>
  created >= from && created < to && ended < started && seen > finished;

/** The jobs of the account that end by the clock, as MPS lists them: created at a whole second. */
function toEnds(model: JobModel, seen: ReadonlyMap<string, number>): End[] {
  return model.list().entries.flatMap(({ id, second, source }) => {
    if (!('describe' in source) || source.finishedAt === undefined) return [];
    return [{ created: second * 1000, ended: source.finishedAt, seen: seen.get(id) ?? Number.POSITIVE_INFINITY }];
  });
}

async function selectSeen(database: Database, source: string): Promise<Map<string, number>> {
  const rows = await database.query<{ id: string; at: number }>(sql`
    select job_id as id, extract(epoch from min(observed_at))::float8 * 1000 as at from mps.job_transition
    where source = ${source} and to_state in ('Success', 'Fail') group by job_id`);
  return new Map(rows.map(({ id, at }) => [id, at]));
}

const selectCompletedRuns = (database: Database): Promise<CompletedRun[]> =>
  database.query<CompletedRun>(sql`
    select id::text, source,
      extract(epoch from started_at)::float8 * 1000 as started,
      extract(epoch from finished_at)::float8 * 1000 as finished,
      extract(epoch from window_from)::float8 * 1000 as from,
      extract(epoch from window_to)::float8 * 1000 as to
    from mps.sync_run where outcome = 'completed' order by id`);
