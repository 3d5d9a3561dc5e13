import { sql } from 'drizzle-orm';
import type { Range } from '#core/range.ts';
import { createDatabase, type Database } from '#db/client.ts';
import { fillDurations, fillRuns } from './fill-runs.ts';

/** Rows of one statement: enough to be fast, few enough to be stopped. */
const chunk = 50_000;

/** What to fill the tables with: `rows` jobs, spread over the `months` before `until` (epoch seconds). */
export interface History {
  readonly rows: number;
  readonly months: number;
  readonly until: number;
  /** In these no job is created, but as much later. */
  readonly gaps?: readonly Range[];
}

/** Puts so many jobs into a migrated database, and, unless told not to, what a sync that ran every minute left beside them. */
export async function fillDatabase(url: string, history: History, { runs = true } = {}): Promise<void> {
  const database = createDatabase({ url, connections: 2, statementTimeoutMs: 3_600_000 });
  await fillHistory(database, history);
  if (runs) {
    await fillDurations(database);
    await fillRuns(database);
  }
  // As autovacuum leaves it in time: what is asked for then is not held up by what was filled.
  await database.query(sql`vacuum analyze`);
  await database.close();
}

/**
 * Fills the tables with a past: jobs of two sources, about 0.9 kB each, in the shares that the simulator has (four
 * pipelines, six in a hundred failed, seven codes). Made by the database itself, because sending ten million rows would
 * take longer than what is measured afterwards; and indexed when all are there, because that takes a third of the time.
 */
async function fillHistory(database: Database, history: History): Promise<void> {
  const indexes = await prepareHistory(database, history);
  await fillRows(database, history);
  await finishHistory(database, indexes);
}

/** Makes the partitions, and takes away what slows filling: triggers, and the indexes, whose definitions it returns. */
async function prepareHistory(database: Database, history: History): Promise<string[]> {
  await database.query(sql`
    select mps.ensure_partitions(array(
      select generate_series(to_timestamp(${history.until - toSeconds(history.months)}), to_timestamp(${history.until}), '1 day')))`);
  await database.query(sql`alter table mps.job disable trigger user`);
  const indexes = await database.query<{ name: string; definition: string }>(sql`
    select indexrelid::regclass::text as name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as definition
    from pg_index where indrelid = 'mps.job'::regclass and not indisprimary order by 1`);
  for (const { name } of indexes) await database.query(sql.raw(`drop index ${name}`));
  return indexes.map(({ definition }) => definition);
}

/** On two connections. */
async function fillRows(database: Database, history: History): Promise<void> {
  let next = 0;
  const fill = async () => {
    while (next < history.rows) {
      const from = next;
      next = Math.min(from + chunk, history.rows);
      await database.query(toInsert({ ...history, from, to: next, spanSeconds: toSeconds(history.months) }));
    }
  };
  await Promise.all([fill(), fill()]);
}

/** Makes the indexes, the counts and the planner's statistics. */
async function finishHistory(database: Database, indexes: readonly string[]): Promise<void> {
  for (const definition of indexes) await database.query(sql.raw(definition));
  await database.query(sql`alter table mps.job enable trigger user`);
  await database.query(sql`select mps.recount_jobs()`);
  // Counted all at once, the counts lie in no order; a sync leaves those of an hour side by side.
  await database.query(sql`cluster mps.job_hourly using job_hourly_pkey`);
  await database.query(sql`cluster mps.job_daily using job_daily_pkey`);
  await database.query(sql`analyze mps.job, mps.job_transition, mps.job_hourly, mps.job_daily`);
}

export const toSeconds = (months: number): number => months * 30.4 * 86_400;

const toValues = (gaps: readonly Range[] = []) => sql`unnest(
  ${sql.param(gaps.map(({ from }) => from))}::float8[], ${sql.param(gaps.map(({ from, to }) => to - from))}::float8[]) as gap (start, length)`;

const toInsert = (part: History & { from: number; to: number; spanSeconds: number }) => sql`
with drawn as (
  select n, md5(n::text || 'id') as id, mod(hashint8(n)::bigint + 2147483648, 1000) as pipeline,
    mod(hashint8(n + 7)::bigint + 2147483648, 1000) as fate, mod(hashint8(n + 13)::bigint + 2147483648, 100000) as rest,
    to_timestamp(second + coalesce(length, 0)) as at
  from generate_series(${part.from}::bigint, ${part.to - 1}::bigint) as n
  cross join lateral (select floor(${part.until} - ${part.spanSeconds} * (1 - n::float8 / ${part.rows})) as second) as even
  left join ${toValues(part.gaps)} on second >= start and second < start + length
),
told as (
  select *, case when pipeline < 450 then 'b11c171cced04565b1f38f1ecc39a7d0' when pipeline < 750 then '0f3a52e6d17c4b0a9be8c2417de65f91'
      when pipeline < 900 then '7c9e1b64a82f4d35b6c0e95f13a8d247' else 'e4d86b0927f94c1e8a35d7c62b1f0e58' end as pipeline_id,
    case when n > ${part.rows - 50} or n % 50000 = 0 then 'Submitted' when fate < 60 then 'Fail' else 'Success' end as state,
    (array['InvalidParameter.ResourceContentBad', 'InvalidParameter.ResourceNotFound', 'SnapshotTimeOut', 'InvalidParameter.TimeArray',
      'PermissionDenied.ResourceAccess', 'InvalidParameter.OutOfRange', 'InternalError'])[1 + fate % 7] as code,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD') || '%2Fepisode%20' || substr(id, 1, 8) as path
  from drawn
),
stored as (
  insert into mps.job (source, id, creation_time, first_seen_at, changed_at, raw)
  select case when rest % 5 = 0 then 'overseas' else 'default' end, id, at, at + interval '5 s', at + interval '35 s',
    jsonb_strip_nulls(jsonb_build_object(
      'Id', id, 'PipelineId', pipeline_id, 'State', state, 'CreationTime', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'Code', case state when 'Fail' then code end, 'Message', case state when 'Fail' then 'The resource operated InputFile is bad' end,
      'UserData', case when rest % 3 > 0 then 'asset-' || rest end, 'Count', case state when 'Success' then '10' end,
      'Input', jsonb_build_object('Bucket', 'media-input', 'Location', 'oss-cn-hangzhou', 'Object', 'uploads%2F' || path || '.mp4',
        'RoleArn', 'acs:ram::1234567890123456:role/aliyunmtsdefaultrole'),
      'MNSMessageResult', jsonb_build_object('MessageId', upper(id)),
      'SnapshotConfig', jsonb_build_object('Time', '3000', 'Interval', '10', 'Num', '10', 'Width', '1280', 'Height', '720', 'FrameType', 'intra',
        'OutputFile', jsonb_build_object('Bucket', 'media-snapshots', 'Location', 'oss-cn-hangzhou', 'Object', 'snapshots%2F' || path || '_{Count}.jpg',
          'RoleArn', 'acs:ram::1234567890123456:role/aliyunmtsdefaultrole'))))
  from told
  returning source, id, creation_time, state, first_seen_at, changed_at
)
insert into mps.job_transition (source, job_id, job_creation_time, from_state, to_state, previous_observed_at, observed_at)
select source, id, creation_time, null, 'Submitted', null, first_seen_at from stored
union all
select source, id, creation_time, 'Submitted', state, first_seen_at, changed_at from stored where state <> 'Submitted'`;
