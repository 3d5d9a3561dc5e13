import * as z from 'zod';
import { count, named, text, time } from '#view/schemas/registry.ts';

const failure = named(
  'FailureGroup',
  'The failed jobs of one source, pipeline and code.',
  z.object({
    source: z.string(),
    pipeline_id: text,
    code: text,
    jobs: count,
    pipeline_jobs: count.meta({ description: 'Jobs of that source and pipeline in all, in the same time.' }),
    share: z.number().min(0).max(1).meta({ description: '`jobs` of `pipeline_jobs`.' }),
    first_created_at: time,
    last_created_at: time,
    message: text.meta({ description: 'Of the newest of them.' }),
    example_job_id: z.string().meta({ description: 'The newest of them.' }),
  }),
);

export const failureList = named(
  'FailureList',
  'Failures grouped, the largest group first; 1000 groups at most. Always one page.',
  z.object({ from: time, to: time, failures: z.array(failure), next_cursor: z.null() }),
);

const stat = named(
  'Stat',
  'Jobs created in one span of time. A dimension that was not asked for is `null`, as is one that a job lacks.',
  z.object({
    time: time.meta({ description: 'The start of the span.' }),
    source: text,
    pipeline_id: text,
    state: text,
    code: text,
    jobs: count,
    failed: count,
  }),
);

export const statList = named(
  'StatList',
  'Counts, oldest span first. Spans without a job are left out. Always one page.',
  z.object({
    from: time.meta({ description: '`created_from`, down to the hour.' }),
    to: time.meta({ description: '`created_to`, up to the hour.' }),
    stats: z.array(stat),
    next_cursor: z.null(),
  }),
);
