import { sql } from 'drizzle-orm';
import { toDistinctJobs } from '#core/distinct-jobs.ts';
import type { Difference } from '#core/drift.ts';
import type { StorableJob } from '#core/job.ts';
import type { ListedPart } from '#core/listed-ids.ts';
import type { Database } from '#db/client.ts';
import { type Coverage, selectCoverage } from '#db/coverage.ts';
import { toMoment } from '#db/moment.ts';
import { toRecordLines } from '#db/record-lines.ts';

type Place = Pick<Difference, 'id' | 'creationTime'>;

/** All that an audit asks of storage. Nothing here writes. */
export interface AuditStore {
  selectCoverage(source: string): Promise<Coverage | undefined>;
  /** The database's clock and the start of the last run that looked at everything due, in epoch seconds with fractions. */
  selectLook(source: string): Promise<Look>;
  /** Which of these jobs are not stored as they are here. */
  selectDiffering(source: string, jobs: readonly StorableJob[]): Promise<Difference[]>;
  /** How many stored jobs of the part were not listed, and the first of them. */
  selectUnlisted(source: string, part: ListedPart, limit: number): Promise<{ count: number; first: Difference[] }>;
  /** Which of these jobs are stored, those marked as missing at MPS left out. */
  selectStored(source: string, jobs: readonly Place[]): Promise<Place[]>;
}

export interface Look {
  readonly now: number;
  /** Undefined before the first run. */
  readonly lookedAt: number | undefined;
}

export const createAuditStore = (database: Database): AuditStore => ({
  selectCoverage: (source) => selectCoverage(database, source),
  selectLook: (source) => selectLook(database, source),
  selectDiffering: (source, jobs) => selectDiffering(database, source, jobs),
  selectUnlisted: (source, part, limit) => selectUnlisted(database, source, part, limit),
  selectStored: (source, jobs) => selectStored(database, source, jobs),
});

async function selectLook(database: Database, source: string): Promise<Look> {
  const [row] = await database.query<{ now: number; looked: number | null }>(sql`
    select extract(epoch from clock_timestamp())::float8 as now,
      (select extract(epoch from looked_at)::float8 from mps.coverage where source = ${source}::text) as looked`);
  return { now: row?.now ?? 0, lookedAt: row?.looked ?? undefined };
}

/** The records themselves are compared and not their hashes: an audit trusts nothing that the sync has left. */
async function selectDiffering(
  database: Database,
  source: string,
  listed: readonly StorableJob[],
): Promise<Difference[]> {
  const jobs = toDistinctJobs(listed);
  if (jobs.length === 0) return [];
  const lines = sql.param(toRecordLines(jobs));
  return database.query<Difference>(sql`
    with listed as materialized (
      select id, at, line::jsonb as raw
      from rows from (unnest(${sql.param(jobs.map(({ id }) => id))}::text[]),
        unnest(${sql.param(jobs.map(({ creationTime }) => creationTime))}::float8[]),
        string_to_table(${lines}::text, e'\n')) as page (id, at, line)
    )
    select listed.id, listed.at as "creationTime", case when stored.id is null then 'missing' else 'stale' end as kind
    from listed
    left join lateral (
      select job.id, job.raw, job.missing_since from mps.job
      where job.id = listed.id and job.source = ${source}::text and job.creation_time = to_timestamp(listed.at)
    ) as stored on true
    where stored.id is null or stored.raw is distinct from listed.raw or stored.missing_since is not null`);
}

async function selectUnlisted(database: Database, source: string, { range, ids }: ListedPart, limit: number) {
  const rows = await database.query<Difference & { count: number }>(sql`
    with listed as materialized (select unnest(${sql.param(ids)}::text[]) as id)
    select job.id, extract(epoch from job.creation_time)::float8 as "creationTime", 'extra' as kind,
      (count(*) over ())::float8 as count
    from mps.job
    where job.source = ${source}::text and job.missing_since is null
      and job.creation_time >= ${toMoment(range.from)} and job.creation_time < ${toMoment(range.to)}
      and not exists (select from listed where listed.id = job.id)
    order by job.creation_time desc, job.id
    limit ${limit}::int`);
  return { count: rows[0]?.count ?? 0, first: rows.map(({ count: _, ...difference }) => difference) };
}

async function selectStored(database: Database, source: string, jobs: readonly Place[]): Promise<Place[]> {
  if (jobs.length === 0) return [];
  return database.query<Place>(sql`
    select job.id, asked.at as "creationTime"
    from unnest(${sql.param(jobs.map(({ id }) => id))}::text[],
      ${sql.param(jobs.map(({ creationTime }) => creationTime))}::float8[]) as asked (id, at)
    cross join lateral (
      select job.id from mps.job
      where job.id = asked.id and job.source = ${source}::text and job.creation_time = to_timestamp(asked.at)
        and job.missing_since is null
    ) as job`);
}
