import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobModel } from '#simulator/job-model.ts';
import { type CompletedRun, selectCompletedRuns } from './completed-runs.ts';

/** A job that has ended. All times in epoch ms. */
interface End {
  readonly created: number;
  /** Since when MPS has listed it as ended. */
  readonly ended: number;
  /** When the copy first had it so; `Infinity` where it never did. */
  readonly seen: number;
}

/** When MPS answered as it would have `ms` before. Epoch ms. */
export interface StaleSpell {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/**
 * I2, the half that gaps do not show: a completed run has looked at every open job of its window, so it knows of each that had
 * ended before it began, or before what it was told of where MPS's answers were old. Jobs are open for less than a day here, within which
 * every run is to look at all of them.
 */
export async function findOverlookedEnds(
  database: Database,
  model: JobModel,
  sources: readonly string[],
  stale: readonly StaleSpell[] = [],
): Promise<string[]> {
  const runs = await selectCompletedRuns(database);
  const found: string[] = [];
  for (const source of sources) {
    const ends = toEnds(model, await selectSeen(database, source));
    const ofSource = runs.filter((run) => run.source === source);
    const blind = ofSource.filter((run) => {
      const staleMs = toStaleMs(run, stale);
      return ends.some((end) => isOverlooked(end, run, staleMs));
    });
    const such = `such as run ${blind[0]?.id}`;
    if (blind.length > 0)
      found.push(`${source}: ${blind.length} runs were completed without ends of jobs, ${such} (I2)`);
  }
  return found;
}

/** A run without a window is a breach by itself. */
const isOverlooked = ({ created, ended, seen }: End, run: CompletedRun, staleMs: number): boolean =>
  created >= (run.from ?? 0) && created < (run.to ?? Infinity) && ended < run.started - staleMs && seen > run.finished;

/** How old an answer may have been that this run was given. */
const toStaleMs = ({ started, finished }: CompletedRun, stale: readonly StaleSpell[]): number =>
  Math.max(0, ...stale.filter(({ from, to }) => from < finished && to > started).map(({ ms }) => ms));

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
