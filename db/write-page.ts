import { type SQL, sql } from 'drizzle-orm';
import { AppError } from '#core/errors.ts';
import type { Rejection, StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import type { Database } from '#db/client.ts';
import { readCode } from '#db/database-error.ts';
import type { PartitionKeeper } from '#db/ensure-partitions.ts';

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

/** Jobs of the page by what became of them. A job that an older read would have set back counts as unchanged. */
export interface PageCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly transitions: number;
  readonly rejected: number;
}

/**
 * Stores a page in one round trip and one transaction: classify against what is stored, write only what changed,
 * advance coverage. Unchanged rows are not touched, so re-reading them writes nothing at all.
 */
export async function writePage(database: Database, partitions: PartitionKeeper, page: PageWrite): Promise<PageCounts> {
  const [row] = await queryWithPartitions(database, partitions, page);
  if (!row) throw new AppError('unexpected', 'the page write returned no counts');
  const { fence_lost: fenceLost, ...counts } = row;
  if (fenceLost) {
    throw new AppError('fence_lost', `another run took over source "${page.source}": nothing of this page was written`);
  }
  return counts;
}

type Result = PageCounts & { fence_lost: boolean };

/** Postgres's code for a row that no partition takes; it is a check's too, but these tables have none. */
const noPartition = '23514';

/** A partition that was there may have been dropped by another program's retention: then it is made anew, once. */
async function queryWithPartitions(
  database: Database,
  partitions: PartitionKeeper,
  page: PageWrite,
): Promise<Result[]> {
  const creationTimes = page.jobs.map(({ creationTime }) => creationTime);
  await partitions.ensure(creationTimes);
  try {
    return await database.query<Result>(toStatement(page));
  } catch (error) {
    if (!(error instanceof AppError) || readCode(error.cause) !== noPartition) throw error;
    partitions.forget();
    await partitions.ensure(creationTimes);
    return database.query<Result>(toStatement(page));
  }
}

/**
 * The statement. Each stored row is looked up by its key (`lateral`): a plain join, planned while the tables are
 * empty, becomes a scan of every partition. The lease is only locked when there is something to write, because even
 * a shared row lock writes WAL; the lock is on its key, so that a takeover waits for this transaction while an
 * extension of the lease does not. Coverage is updated after the jobs, in every writer alike, so that two writers
 * cannot wait for each other.
 */
function toStatement(page: PageWrite): SQL {
  const covers = page.covers
    ? sql`tstzmultirange(tstzrange(to_timestamp(${page.covers.from}), to_timestamp(${page.covers.to})))`
    : sql`'{}'::tstzmultirange`;
  return sql`
with incoming as materialized (
  select distinct on (id, creation_time) id, creation_time, raw
  from (
    select raw ->> 'Id' as id, date_trunc('second', (raw ->> 'CreationTime')::timestamptz) as creation_time, raw, position
    from jsonb_array_elements(${JSON.stringify(page.jobs.map(({ raw }) => raw))}::jsonb) with ordinality as page (raw, position)
  ) as record
  order by id, creation_time, mps.state_rank(raw ->> 'State') desc, position
),
classified as materialized (
  select incoming.*, stored.id is null as is_new, stored.state as stored_state,
    stored.id is null
      or ((stored.raw is distinct from incoming.raw or stored.missing_since is not null)
          and not mps.regresses(stored.state, nullif(incoming.raw ->> 'State', ''))) as is_due
  from incoming
  left join lateral (
    select job.id, job.raw, job.state, job.missing_since
    from mps.job
    where job.id = incoming.id and job.source = ${page.source}::text and job.creation_time = incoming.creation_time
  ) as stored on true
),
rejection as materialized (
  select original, reason
  from jsonb_to_recordset(${JSON.stringify(page.rejections)}::jsonb) as page (original text, reason text)
  where not exists (
    select from mps.rejected_record as known
    where known.source = ${page.source}::text and md5(known.original) = md5(page.original) and md5(known.reason) = md5(page.reason)
  )
),
missing as materialized (
  select job.id, job.creation_time
  from mps.job
  where job.source = ${page.source}::text and job.missing_since is null
    and job.id = any (${sql.param(page.missingIds ?? [])}::text[])
),
due as materialized (
  select exists (select from classified where is_due) or exists (select from rejection) or exists (select from missing)
    or exists (select from mps.coverage where source = ${page.source}::text and not covered @> ${covers}) as anything
),
guard as materialized (
  select from mps.lease
  where (select anything from due) and name = ${page.source}::text and fence = ${page.fence}::bigint
  for key share
),
written as (
  insert into mps.job as job (source, id, creation_time, raw, run_id)
  select ${page.source}::text, id, creation_time, raw, ${page.runId}::bigint
  from classified
  where is_due and exists (select from guard)
  order by id, creation_time
  on conflict (id, source, creation_time) do update
    set raw = excluded.raw, changed_at = now(), missing_since = null, run_id = excluded.run_id
    where not mps.regresses(job.state, excluded.state)
  returning job.id, job.creation_time, job.state, job.first_seen_at = now() as inserted
),
marked as (
  update mps.job as job set missing_since = now(), run_id = ${page.runId}::bigint
  from missing
  where job.id = missing.id and job.source = ${page.source}::text and job.creation_time = missing.creation_time
    and exists (select from guard)
  returning job.id
),
set_aside as (
  insert into mps.rejected_record (source, run_id, original, reason)
  select ${page.source}::text, ${page.runId}::bigint, original, reason from rejection where exists (select from guard)
  on conflict do nothing
  returning id
),
advanced as (
  update mps.coverage set covered = covered + ${covers}
  where source = ${page.source}::text and not covered @> ${covers} and exists (select from guard)
    and (select count(*) from written) >= 0
  returning source
)
select
  (select count(*) from written where inserted)::int as inserted,
  (select count(*) from written where not inserted)::int + (select count(*) from marked)::int as updated,
  ((select count(*) from incoming) - (select count(*) from written))::int as unchanged,
  (select count(*) from written join classified using (id, creation_time)
    where written.inserted or written.state is distinct from classified.stored_state)::int as transitions,
  (select count(*) from set_aside)::int as rejected,
  (select anything from due) and not exists (select from guard) as fence_lost`;
}
