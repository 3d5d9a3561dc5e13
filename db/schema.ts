/**
 * The tables of `migrations/` as Drizzle knows them. The SQL is the source: a test compares names, types and
 * nullability with a migrated database. Generated columns are read here and never written.
 */
import { sql } from 'drizzle-orm';
import { bigint, customType, doublePrecision, integer, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';

export const mps = pgSchema('mps');

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const whole = (name: string) => bigint(name, { mode: 'number' });
/** The expression stands in the migration; here it only marks the column as one that no insert may name. */
const generatedText = (name: string) => text(name).generatedAlwaysAs(sql``);
const generatedWhole = (name: string) => whole(name).generatedAlwaysAs(sql``);

/** A set of ranges of time, in Postgres's own text form. Statements take it apart with `unnest`. */
const tstzMultirange = customType<{ data: string }>({ dataType: () => 'tstzmultirange' });

export const job = mps.table('job', {
  source: text('source').notNull(),
  id: text('id').notNull(),
  creationTime: moment('creation_time').notNull(),
  raw: jsonb('raw').$type<Record<string, unknown>>().notNull(),
  firstSeenAt: moment('first_seen_at').notNull().defaultNow(),
  changedAt: moment('changed_at').notNull().defaultNow(),
  missingSince: moment('missing_since'),
  runId: whole('run_id'),
  state: generatedText('state'),
  pipelineId: generatedText('pipeline_id'),
  code: generatedText('code'),
  message: generatedText('message'),
  userData: generatedText('user_data'),
  count: generatedWhole('count'),
  tileCount: generatedWhole('tile_count'),
  inputBucket: generatedText('input_bucket'),
  inputLocation: generatedText('input_location'),
  inputObject: generatedText('input_object'),
  outputBucket: generatedText('output_bucket'),
  outputLocation: generatedText('output_location'),
  outputObject: generatedText('output_object'),
  tileOutputObject: generatedText('tile_output_object'),
  mnsMessageId: generatedText('mns_message_id'),
  mnsErrorCode: generatedText('mns_error_code'),
  mnsErrorMessage: generatedText('mns_error_message'),
  rawHash: whole('raw_hash'),
});

export const jobTransition = mps.table('job_transition', {
  source: text('source').notNull(),
  jobId: text('job_id').notNull(),
  jobCreationTime: moment('job_creation_time').notNull(),
  fromState: text('from_state'),
  toState: text('to_state'),
  previousObservedAt: moment('previous_observed_at'),
  observedAt: moment('observed_at').notNull().defaultNow(),
  runId: whole('run_id'),
});

export const coverage = mps.table('coverage', {
  source: text('source').primaryKey(),
  covered: tstzMultirange('covered').notNull(),
  since: moment('since').notNull(),
  settleSeconds: integer('settle_seconds').notNull().default(5),
  lookedAt: moment('looked_at').notNull().defaultNow(),
  retainedFrom: moment('retained_from'),
});

export const quota = mps.table('quota', {
  account: text('account').primaryKey(),
  nextSlotAt: moment('next_slot_at').notNull(),
  historyFreeAt: moment('history_free_at').notNull(),
  peak: doublePrecision('peak'),
  throttledAt: moment('throttled_at'),
});

export const syncRun = mps.table('sync_run', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  source: text('source').notNull(),
  fence: whole('fence'),
  startedAt: moment('started_at').notNull().defaultNow(),
  heartbeatAt: moment('heartbeat_at').notNull().defaultNow(),
  finishedAt: moment('finished_at'),
  outcome: text('outcome'),
  errorCode: text('error_code'),
  error: text('error'),
  windowFrom: moment('window_from'),
  windowTo: moment('window_to'),
  calls: whole('calls').notNull().default(0),
  throttled: whole('throttled').notNull().default(0),
  pages: whole('pages').notNull().default(0),
  read: whole('read').notNull().default(0),
  inserted: whole('inserted').notNull().default(0),
  updated: whole('updated').notNull().default(0),
  unchanged: whole('unchanged').notNull().default(0),
  rejected: whole('rejected').notNull().default(0),
  transitions: whole('transitions').notNull().default(0),
  droppedPartitions: text('dropped_partitions').array(),
});

export const lease = mps.table('lease', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  fence: whole('fence').notNull(),
  expiresAt: moment('expires_at').notNull(),
});

export const rejectedRecord = mps.table('rejected_record', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  source: text('source').notNull(),
  runId: whole('run_id'),
  original: text('original').notNull(),
  reason: text('reason').notNull(),
  rejectedAt: moment('rejected_at').notNull().defaultNow(),
});
