import * as z from 'zod';
import { count, listOf, named, text, time } from '#view/schemas/registry.ts';

/** The columns of `report.job`; `raw` only where it was asked for. */
export const job = named(
  'Job',
  'A snapshot job by the columns of `report.job`. What MPS sent empty is `null`.',
  z.object({
    source: z.string().meta({ description: 'Where the copy reads it: an account and region.' }),
    id: z.string(),
    creation_time: time,
    state: text.meta({ description: '`Submitted`, `Snapshoting`, `Success`, `Fail`, or what MPS may add.' }),
    pipeline_id: text,
    code: text,
    message: text,
    user_data: text,
    count: count.nullable().meta({ description: 'Snapshots taken.' }),
    tile_count: count.nullable(),
    input_bucket: text,
    input_location: text,
    input_object: text.meta({ description: 'URL-encoded, as MPS gives it.' }),
    output_bucket: text,
    output_location: text,
    output_object: text,
    tile_output_object: text,
    mns_message_id: text,
    mns_error_code: text,
    mns_error_message: text,
    first_seen_at: time,
    changed_at: time.meta({ description: 'When its last change was seen; MPS tells no time of change.' }),
    missing_since: time.nullable().meta({ description: 'Since when MPS no longer knows the job.' }),
    raw: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'The record exactly as MPS sent it. Only with `include=raw`.' }),
  }),
);
export type JobJson = z.input<typeof job>;

export const jobList = named('JobList', 'Jobs, newest first.', listOf('jobs', job));

const transition = named(
  'Transition',
  'An observed change of state. It happened after `previous_observed_at` and not after `observed_at`.',
  z.object({
    from_state: text.meta({ description: '`null` at the first sighting.' }),
    to_state: text,
    previous_observed_at: time.nullable(),
    observed_at: time,
    run_id: z.int().nullable(),
  }),
);
export type TransitionJson = z.input<typeof transition>;

export const transitionList = named(
  'TransitionList',
  'The history of a job, oldest first. Always whole.',
  listOf('transitions', transition),
);
