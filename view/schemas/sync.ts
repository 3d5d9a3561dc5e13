import * as z from 'zod';
import { count, listOf, named, text, time } from '#view/schemas/registry.ts';

const outcome = z.enum(['completed', 'partial', 'failed', 'skipped']);

const run = named(
  'Run',
  'One pass of the sync over one source, by the columns of `report.sync_run`.',
  z.object({
    id: z.int(),
    source: z.string(),
    outcome: outcome.nullable().meta({ description: '`null` while it is under way.' }),
    error_code: text,
    error: text,
    started_at: time,
    heartbeat_at: time,
    finished_at: time.nullable(),
    window_from: time.nullable(),
    window_to: time.nullable(),
    calls: count,
    throttled: count,
    pages: count,
    read: count,
    inserted: count,
    updated: count,
    unchanged: count,
    rejected: count,
    transitions: count,
  }),
);
export type RunJson = z.input<typeof run>;
export const runList = named('RunList', 'Runs, newest first.', listOf('runs', run));

const freshness = z.enum(['ok', 'stale', 'empty']);
const gap = named('Gap', 'A span of creation time that was not read completely.', z.object({ from: time, to: time }));

const sourceHealth = named(
  'SourceHealth',
  'How fresh and complete the copy of one source is.',
  z.object({
    source: z.string(),
    status: freshness,
    since: time.nullable(),
    covered_to: time.nullable().meta({ description: 'The newest moment up to which anything was read completely.' }),
    lag_seconds: z.number().nullable().meta({
      description:
        'From covered_to to now; while nothing is covered, from the start of the first run. Small also where runs break off after their first page: see looked_at.',
    }),
    looked_at: time.nullable().meta({
      description:
        'When the last run began that read all recent jobs and looked at all open ones that were due; at first, the first run.',
    }),
    gap_seconds: z.number(),
    gaps: z.array(gap).max(100).meta({ description: 'The newest first, 100 of all sources at most.' }),
    open_jobs: count,
    last_run: z
      .object({ outcome: outcome.nullable(), started_at: time, finished_at: time.nullable(), error_code: text })
      .nullable(),
    last_completed_at: time.nullable(),
  }),
);

export const health = named(
  'Health',
  '`stale`: some source has had no completed run for ten minutes. `empty`: nothing was read completely yet.',
  z.object({
    status: freshness,
    now: time,
    standby_lag_seconds: z
      .number()
      .nullable()
      .meta({ description: 'How far the database that was read is behind; `null` where it is no hot standby.' }),
    sources: z.array(sourceHealth),
    jobs_last_24h_by_state: z.record(z.string(), count),
  }),
);
