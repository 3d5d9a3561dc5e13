/**
 * The tables of `migrations/` as Drizzle knows them. The SQL is the source: a test compares names, types and
 * nullability with a migrated database. Generated columns are read here and never written; `db/moment.ts` writes and reads moments.
 * docs/decisions/0084-the-builder-for-one-table.md says which statements go through these tables.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  json,
  jsonb,
  pgSchema,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { ExampleJob } from '#core/alert-notification.ts';
import type { AlertGroup, CodeCount } from '#core/alert-record.ts';
import type { GapMemory } from '#core/alert-rules.ts';
import type { SuppressionReason } from '#core/alert-suppression.ts';
import type { RunOutcome } from '#core/run.ts';

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
  outcome: text('outcome').$type<RunOutcome>(),
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

export const alertEvent = mps.table('alert_event', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  source: text('source').notNull(),
  jobId: text('job_id').notNull(),
  jobCreationTime: moment('job_creation_time').notNull(),
  pipelineId: text('pipeline_id').notNull(),
  code: text('code').notNull(),
  message: text('message'),
  inputObject: text('input_object'),
  firstSighting: boolean('first_sighting').notNull(),
  observedAt: moment('observed_at').notNull(),
  runId: whole('run_id'),
  groupId: whole('group_id'),
  notification: integer('notification'),
  suppressed: text('suppressed').$type<SuppressionReason>(),
});

export const alertGroup = mps.table('alert_group', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  rule: text('rule').$type<AlertGroup['rule']>().notNull(),
  source: text('source').notNull(),
  pipelineId: text('pipeline_id').notNull(),
  code: text('code').notNull(),
  status: text('status').$type<AlertGroup['status']>().notNull(),
  again: boolean('again').notNull().default(false),
  startsAt: moment('starts_at').notNull(),
  endsAt: moment('ends_at'),
  activeAt: moment('active_at').notNull(),
  notifiedAt: moment('notified_at'),
  notifiedStatus: text('notified_status').$type<AlertGroup['notifiedStatus']>(),
  notifications: integer('notifications').notNull().default(0),
  unsaid: whole('unsaid').notNull().default(0),
  jobs: whole('jobs').notNull().default(0),
  jobsTotal: whole('jobs_total').notNull().default(0),
  createdFrom: moment('created_from'),
  createdTo: moment('created_to'),
  changedFrom: moment('changed_from'),
  topCodes: jsonb('top_codes').$type<readonly CodeCount[]>().notNull(),
  examples: jsonb('examples').$type<readonly ExampleJob[]>().notNull(),
  detail: text('detail').notNull().default(''),
  silenceId: whole('silence_id'),
});

export const alertDelivery = mps.table('alert_delivery', {
  id: text('id').primaryKey(),
  channel: text('channel').notNull(),
  body: json('body').notNull(),
  parts: jsonb('parts').notNull(),
  status: text('status').$type<'pending' | 'delivered' | 'dead'>().notNull().default('pending'),
  attempts: integer('attempts').notNull().default(0),
  createdAt: moment('created_at').notNull(),
  nextAttemptAt: moment('next_attempt_at').notNull(),
  claimedUntil: moment('claimed_until'),
  finishedAt: moment('finished_at'),
  answer: text('answer'),
});

export const alertAttempt = mps.table('alert_attempt', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  deliveryId: text('delivery_id').notNull(),
  channel: text('channel').notNull(),
  attempt: integer('attempt').notNull(),
  startedAt: moment('started_at').notNull(),
  finishedAt: moment('finished_at'),
  outcome: text('outcome').$type<'delivered' | 'retry' | 'refused' | 'gone'>(),
  status: integer('status'),
  answer: text('answer'),
});

export const alertSilence = mps.table('alert_silence', {
  id: whole('id').generatedAlwaysAsIdentity().primaryKey(),
  rule: text('rule'),
  source: text('source'),
  pipelineId: text('pipeline_id'),
  code: text('code'),
  reason: text('reason').notNull(),
  author: text('author').notNull(),
  createdAt: moment('created_at').notNull(),
  endsAt: moment('ends_at').notNull(),
});

export const alertChannel = mps.table('alert_channel', {
  name: text('name').primaryKey(),
  disabledAt: moment('disabled_at'),
  disabledReason: text('disabled_reason'),
});

export const alertState = mps.table('alert_state', {
  singleton: boolean('singleton').primaryKey().default(true),
  watchingSince: moment('watching_since').notNull(),
  switchedOnAt: moment('switched_on_at'),
  roundAt: moment('round_at').notNull(),
  gaps: jsonb('gaps').$type<Readonly<Record<string, GapMemory>>>().notNull(),
});
