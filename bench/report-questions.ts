import { type SQL, sql } from 'drizzle-orm';

/** A view's every row and column, made by the server and counted there. */
const whole = (view: string): SQL =>
  sql`select count(answer) from (select * from report.${sql.identifier(view)} offset 0) as answer`;

/** What is asked of stuck jobs where they are too many for a screen. */
export const stuckQuestions: Readonly<Record<string, SQL>> = {
  'stuck_job, how many': sql`select count(*) from report.stuck_job`,
  'stuck_job, ten of a source': sql`select * from report.stuck_job where source = 'default' limit 10`,
  'stuck_job, the oldest hundred of a source': sql`
    select * from report.stuck_job where source = 'default' order by creation_time limit 100`,
  'stuck_job, whole': whole('stuck_job'),
};

/** The views that are small as a whole; of those that grow with the jobs or runs, what a screen or a chart shows. */
export const questions: Readonly<Record<string, SQL>> = {
  job_daily: whole('job_daily'),
  failure_by_code: whole('failure_by_code'),
  pipeline_health: whole('pipeline_health'),
  job_duration: whole('job_duration'),
  'job_duration, a week': sql`select * from report.job_duration where hour > now() - interval '7 days'`,
  stuck_job: whole('stuck_job'),
  sync_health: whole('sync_health'),
  sync_gaps: whole('sync_gaps'),
  'sync_run, by outcome over a day': sql`
    select outcome, count(*), sum(calls) from report.sync_run where started_at > now() - interval '1 day' group by 1`,
  'sync_run, newest hundred': sql`select * from report.sync_run order by started_at desc limit 100`,
  'job, newest hundred': sql`select * from report.job order by creation_time desc, id desc limit 100`,
  'job, by state over a day': sql`
    select state, count(*) from report.job where creation_time > now() - interval '1 day' group by 1`,
};
