import { type SQL, sql } from 'drizzle-orm';
import { toDistinctJobs } from '#core/distinct-jobs.ts';
import type { StorableJob } from '#core/job.ts';
import type { PageWrite } from '#db/write-page.ts';

/**
 * The statement that stores a page. Records come as one text, a line each, and stay text until one has to be stored or
 * compared: an unchanged one is known by its hash, for a tenth of what parsing it costs. Each stored row is looked up
 * by its key (`lateral`): a plain join, planned while the tables are empty, becomes a scan of every partition.
 *
 * The lease is only locked when there is something to write, because even a shared row lock writes WAL; the lock is on
 * its key, so that a takeover waits for this transaction while an extension of the lease does not. Coverage is updated
 * after the jobs, in every writer alike, so that two writers cannot wait for each other.
 *
 * The limits change no result. They tell the planner how few rows there are: otherwise it takes a lookup to find some in
 * each month, and the statement to be worth compiling (`jit`), which costs a hundred times what it saves.
 *
 * What is left out when a page has none of it (rejections, missing ids) would be planned each time for nothing.
 */
export function toPageStatement(page: PageWrite): SQL {
  const { source, runId } = page;
  const jobs = toDistinctJobs(page.jobs);
  return sql`
with ${toClassified(source, jobs)},
${toRejection(page)},
${toMissing(page)},
due as materialized (
  select exists (select from classified where is_due) or exists (select from rejection) or exists (select from missing)
    or exists (select from mps.coverage where source = ${source}::text and not covered @> ${toCovers(page)}) as anything
),
guard as materialized (
  select from mps.lease
  where (select anything from due) and name = ${source}::text and fence = ${page.fence}::bigint
  for key share
),
written as (
  insert into mps.job as job (source, id, creation_time, raw, raw_hash, run_id)
  select ${source}::text, id, creation_time, raw, ${toHash(sql`line`, sql`now()`)}, ${runId}::bigint
  from classified
  where is_due and exists (select from guard)
  order by id, creation_time
  on conflict (id, source, creation_time) do update
    set raw = excluded.raw, raw_hash = excluded.raw_hash, changed_at = now(), missing_since = null, run_id = excluded.run_id
    where not mps.regresses(job.state, excluded.state)
  returning job.id, job.creation_time, job.state, job.first_seen_at = now() as inserted
),
${toMarked(page)},
${toSetAside(page)},
advanced as (
  update mps.coverage set covered = covered + ${toCovers(page)}
  where source = ${source}::text and not covered @> ${toCovers(page)} and exists (select from guard)
    and (select count(*) from written) >= 0
  returning source
)
select
  (select count(*) from written where inserted)::int as inserted,
  (select count(*) from written where not inserted)::int + (select count(*) from marked)::int as updated,
  ${jobs.length}::int - (select count(*) from written)::int as unchanged,
  (select count(*) from written where inserted)::int
    + (select count(*) from written join classified using (id, creation_time)
      where not written.inserted and written.state is distinct from classified.stored_state)::int as transitions,
  (select count(*) from set_aside)::int as rejected,
  (select anything from due) and not exists (select from guard) as fence_lost`;
}

/** The page's jobs with what is stored of them, and whether they are to be written. */
function toClassified(source: string, jobs: readonly StorableJob[]): SQL {
  const ids = sql.param(jobs.map(({ id }) => id));
  const times = sql.param(jobs.map(({ creationTime }) => creationTime));
  const lines = jobs.map(({ raw }) => JSON.stringify(raw)).join('\n');
  return sql`
incoming as materialized (
  select id, to_timestamp(at) as creation_time, line
  from rows from (unnest(${ids}::text[]), unnest(${times}::float8[]), string_to_table(${lines}::text, e'\n'))
    as page (id, at, line)
  where id is not null
  limit ${jobs.length}::int
),
compared as materialized (
  select incoming.*, stored.id is null as is_new, stored.state as stored_state, stored.missing_since is not null as is_back,
    case when stored.hash_fits and stored.missing_since is null then null else line::jsonb end as raw,
    case when stored.hash_fits then null else stored.raw end as stored_raw, coalesce(stored.hash_fits, false) as is_same
  from incoming
  left join lateral (
    select job.id, job.raw, job.state, job.missing_since,
      coalesce(job.raw_hash = ${toHash(sql`line`, sql`job.changed_at`)}, false) as hash_fits
    from mps.job
    where job.id = incoming.id and job.source = ${source}::text and job.creation_time = incoming.creation_time
    limit 1
  ) as stored on true
),
classified as materialized (
  select id, creation_time, line, raw, stored_state,
    is_new
      or ((is_back or (not is_same and stored_raw is distinct from raw))
          and not mps.regresses(stored_state, nullif(raw ->> 'State', ''))) as is_due
  from compared
)`;
}

/** A record's text and when it was stored, in one number. A writer that changes one of them unsettles the other. */
const toHash = (line: SQL, changedAt: SQL): SQL =>
  sql`hashtextextended(${line}, (date_part('epoch', ${changedAt}) * 1000000)::bigint)`;

const toCovers = ({ covers }: PageWrite): SQL =>
  covers
    ? sql`tstzmultirange(tstzrange(to_timestamp(${covers.from}), to_timestamp(${covers.to})))`
    : sql`'{}'::tstzmultirange`;

/** Records that could not be stored as they came, those known already left out. */
function toRejection({ source, rejections }: PageWrite): SQL {
  if (rejections.length === 0) return sql`rejection as (select where false)`;
  return sql`
rejection as materialized (
  select original, reason
  from jsonb_to_recordset(${JSON.stringify(rejections)}::jsonb) as page (original text, reason text)
  where not exists (
    select from mps.rejected_record as known
    where known.source = ${source}::text and md5(known.original) = md5(page.original) and md5(known.reason) = md5(page.reason)
  )
)`;
}

function toSetAside({ source, runId, rejections }: PageWrite): SQL {
  if (rejections.length === 0) return sql`set_aside as (select where false)`;
  return sql`
set_aside as (
  insert into mps.rejected_record (source, run_id, original, reason)
  select ${source}::text, ${runId}::bigint, original, reason from rejection where exists (select from guard)
  on conflict do nothing
  returning id
)`;
}

/** Jobs stored here that MPS no longer knows. */
function toMissing({ source, missingIds = [] }: PageWrite): SQL {
  if (missingIds.length === 0) return sql`missing as (select where false)`;
  return sql`
missing as materialized (
  select job.id, job.creation_time
  from mps.job
  where job.source = ${source}::text and job.missing_since is null and job.id = any (${sql.param(missingIds)}::text[])
)`;
}

function toMarked({ source, runId, missingIds = [] }: PageWrite): SQL {
  if (missingIds.length === 0) return sql`marked as (select where false)`;
  return sql`
marked as (
  update mps.job as job set missing_since = now(), run_id = ${runId}::bigint
  from missing
  where job.id = missing.id and job.source = ${source}::text and job.creation_time = missing.creation_time
    and exists (select from guard)
  returning job.id
)`;
}
