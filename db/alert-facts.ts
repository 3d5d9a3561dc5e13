import { count, gt, sql } from 'drizzle-orm';
import type { ExampleJob } from '#core/alert-notification.ts';
import type { CodeCount } from '#core/alert-record.ts';
import type { CountedJobs, FinishedJobs, SourceHealth, StuckJobs } from '#core/alert-rules.ts';
import { knownStates } from '#core/state.ts';
import { toGapSeconds, toGaps } from '#db/gaps.ts';
import { toMoment } from '#db/moment.ts';
import { isOpenJob } from '#db/open-jobs.ts';
import { rejectedRecord } from '#db/schema.ts';
import type { Transaction } from '#db/transaction.ts';

/** Jobs as examples, of an alias `job`. */
const example = sql`jsonb_build_object('id', job.id, 'creationTime', extract(epoch from job.creation_time)::float8,
  'inputObject', job.input_object, 'message', job.message)`;

/** Finished jobs by pipeline, of the hours of creation from `from` (epoch seconds, a whole hour) on. */
export async function selectFinishedJobs(
  database: Transaction,
  from: number,
): Promise<Omit<FinishedJobs, 'examples'>[]> {
  const rows = await database.query<{
    source: string;
    pipelineId: string;
    finished: number;
    codes: CodeCount[] | null;
  }>(sql`
    select source, pipeline_id as "pipelineId", sum(jobs)::float8 as finished,
      jsonb_agg(jsonb_build_object('code', nullif(code, ''), 'jobs', jobs)) filter (where state = 'Fail') as codes
    from (
      select source, pipeline_id, state, code, sum(jobs) as jobs from mps.job_hourly
      where hour >= ${toMoment(from)} and state in ('Success', 'Fail')
      group by source, pipeline_id, state, code having sum(jobs) > 0
    ) as counted
    group by source, pipeline_id`);
  return rows.map(({ codes, ...row }) => ({
    ...row,
    codes: codes ?? [],
    failed: (codes ?? []).reduce((sum, { jobs }) => sum + jobs, 0),
  }));
}

/** The newest failed jobs of a pipeline, three at most. */
export async function selectFailedExamples(
  database: Transaction,
  { source, pipelineId, from }: { source: string; pipelineId: string; from: number },
): Promise<ExampleJob[]> {
  const rows = await database.query<{ example: ExampleJob }>(sql`
    select ${example} as example from mps.job
    where source = ${source}::text and mps.to_key(pipeline_id) = ${pipelineId}::text and state = 'Fail'
      and creation_time >= ${toMoment(from)}
    order by creation_time desc, id desc
    limit 3`);
  return rows.map((row) => row.example);
}

/** Open jobs created in a span of time (epoch seconds) that MPS still knows, by pipeline and state, oldest examples first. */
export function selectStuckJobs(
  database: Transaction,
  { from, to }: { from: number; to: number },
): Promise<StuckJobs[]> {
  return database.query<StuckJobs>(sql`
    select source, mps.to_key(pipeline_id) as "pipelineId", state, count(*)::float8 as jobs,
      extract(epoch from min(creation_time))::float8 as oldest, extract(epoch from max(creation_time))::float8 as newest,
      jsonb_path_query_array(jsonb_agg(${example} order by creation_time), '$[0 to 2]') as examples
    from mps.job
    where ${isOpenJob} and state in ('Submitted', 'Snapshoting')
      and missing_since is null
      and creation_time >= ${toMoment(from)} and creation_time < ${toMoment(to)}
    group by source, mps.to_key(pipeline_id), state`);
}

/** How the last three runs of a source ended, of an alias `wanted`: the newest first, with the code of those that failed. */
const lastErrors = sql`(
  select jsonb_agg(case when outcome = 'failed' then error_code end order by started_at desc)
  from (
    select outcome, error_code, started_at from mps.sync_run
    where sync_run.source = wanted.source and outcome in ('completed', 'partial', 'failed')
    order by started_at desc limit 3
  ) as last)`;

/**
 * How far each of the named sources is read, and how its last three runs ended. Gaps reach back no further than `gapsFrom`: what is
 * older is history, which may take its time. There are none while nothing is read, because that is not what is wrong then.
 */
export function selectSourceHealth(
  database: Transaction,
  { sources, gapsFrom }: { sources: readonly string[]; gapsFrom: number },
): Promise<SourceHealth[]> {
  const from = sql`greatest(coverage.since, ${toMoment(gapsFrom)})`;
  return database.query<SourceHealth>(sql`
    select wanted.source,
      extract(epoch from upper(coverage.covered))::float8 as "coveredTo",
      extract(epoch from coverage.looked_at)::float8 as "lookedAt",
      extract(epoch from began.at)::float8 as "knownSince",
      coalesce(${toGapSeconds(toGaps(from, from))}, 0) as "gapSeconds",
      coalesce(${lastErrors}, '[]') as "lastErrors"
    from unnest(${sql.param(sources)}::text[]) as wanted (source)
    left join mps.coverage on coverage.source = wanted.source
    cross join lateral (
      select min(started_at) as at from mps.sync_run where sync_run.source = wanted.source
    ) as began
    where began.at is not null`);
}

/** Jobs in a state that this release does not know, created from `from` (epoch seconds, a whole hour) on. */
export function selectUnknownStates(database: Transaction, from: number): Promise<CountedJobs[]> {
  return database.query<CountedJobs>(sql`
    select source, pipeline_id as "pipelineId", state as text, sum(jobs)::float8 as jobs from mps.job_hourly
    where hour >= ${toMoment(from)} and state <> all (${sql.param(knownStates)}::text[])
    group by source, pipeline_id, state having sum(jobs) > 0`);
}

/** Records set aside since `from` (epoch seconds). */
export function selectRejections(database: Transaction, from: number): Promise<{ source: string; records: number }[]> {
  return database.queryTyped((drizzle) =>
    drizzle
      .select({ source: rejectedRecord.source, records: count() })
      .from(rejectedRecord)
      .where(gt(rejectedRecord.rejectedAt, toMoment(from)))
      .groupBy(rejectedRecord.source),
  );
}
