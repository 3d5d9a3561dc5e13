import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Rows of one statement: enough to be fast, few enough to be stopped. */
const chunk = 100_000;

/**
 * Fills the tables with a past: jobs of two sources, spread over the months before `until` (epoch seconds), about 0.9 kB
 * each, in the shares that the simulator has (four pipelines, six in a hundred failed, seven codes). Made by the
 * database itself, because sending ten million rows would take longer than what is measured afterwards.
 */
export async function fillHistory(
  database: Database,
  options: { rows: number; months: number; until: number },
): Promise<void> {
  const spanSeconds = options.months * 30.4 * 86_400;
  await database.query(sql`
    select mps.ensure_partitions(array(
      select generate_series(to_timestamp(${options.until - spanSeconds}), to_timestamp(${options.until}), '1 day')))`);
  await database.query(sql`alter table mps.job disable trigger user`);
  for (let from = 0; from < options.rows; from += chunk) {
    const to = Math.min(from + chunk, options.rows);
    await database.query(toInsert({ ...options, from, to, spanSeconds }));
  }
  await database.query(sql`alter table mps.job enable trigger user`);
  await database.query(sql`select mps.recount_jobs()`);
  await database.query(sql`analyze mps.job, mps.job_transition, mps.job_hourly, mps.job_daily`);
}

const toInsert = (part: { from: number; to: number; rows: number; until: number; spanSeconds: number }) => sql`
with drawn as (
  select n, md5(n::text || 'id') as id, mod(hashint8(n)::bigint + 2147483648, 1000) as pipeline,
    mod(hashint8(n + 7)::bigint + 2147483648, 1000) as fate, mod(hashint8(n + 13)::bigint + 2147483648, 100000) as rest,
    to_timestamp(floor(${part.until} - ${part.spanSeconds} * (1 - n::float8 / ${part.rows}))) as at
  from generate_series(${part.from}::bigint, ${part.to - 1}::bigint) as n
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
