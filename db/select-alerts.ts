import { count, desc, gt, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { AlertRule, ExampleJob } from '#core/alert-notification.ts';
import type { Database } from '#db/client.ts';
import { toEpoch, toMoment } from '#db/moment.ts';
import { alertEvent, alertSilence } from '#db/schema.ts';

/** A group as the dashboard shows it. Moments in epoch seconds; NULL stands for no pipeline or code. */
export interface AlertGroupRow {
  readonly id: number;
  readonly rule: AlertRule;
  readonly source: string;
  readonly pipeline_id: string | null;
  readonly code: string | null;
  /** `pending` waits for more of its kind before it is told for the first time. */
  readonly status: 'pending' | 'firing' | 'resolved';
  readonly again: boolean;
  readonly starts_at: number;
  readonly ends_at: number | null;
  readonly active_at: number;
  readonly notified_at: number | null;
  readonly notifications: number;
  readonly jobs_total: number;
  readonly detail: string;
  readonly examples: readonly ExampleJob[];
  /** The silence that keeps it quiet now. */
  readonly silence_id: number | null;
}

const epoch = (name: string): SQL =>
  sql`extract(epoch from ${sql.identifier(name)})::float8 as ${sql.identifier(name)}`;
const whole = (name: string): SQL => sql`${sql.identifier(name)}::float8 as ${sql.identifier(name)}`;

/** The columns of {@link AlertGroupRow}, of `mps.alert_group`. */
export const alertGroupColumns: SQL = sql`
  ${whole('id')}, rule, source, nullif(pipeline_id, '') as pipeline_id, nullif(code, '') as code, status, again,
  ${epoch('starts_at')}, ${epoch('ends_at')}, ${epoch('active_at')}, ${epoch('notified_at')}, notifications,
  ${whole('jobs_total')}, detail, examples, ${whole('silence_id')}`;

/** Groups that fire (or wait to), the newest first, or such as have ended, the last to end first. */
export async function selectAlertGroups(
  database: Database,
  { open, limit }: { open: boolean; limit: number },
): Promise<AlertGroupRow[]> {
  return database.query<AlertGroupRow>(sql`
    select ${alertGroupColumns} from mps.alert_group
    where ${open ? sql`status <> 'resolved'` : sql`status = 'resolved'`}
    order by ${open ? sql`alert_group.starts_at` : sql`alert_group.ends_at`} desc nulls last, alert_group.id desc
    limit ${limit}::int`);
}

/** A silence. NULL matches anything, a text with `*` at its end whatever begins like it. Moments in epoch seconds. */
export interface SilenceRow {
  readonly id: number;
  readonly rule: string | null;
  readonly source: string | null;
  readonly pipeline_id: string | null;
  readonly code: string | null;
  readonly reason: string;
  readonly author: string;
  readonly created_at: number;
  readonly ends_at: number;
}

/** Silences that end after a moment (epoch seconds), the last to end first. */
export async function selectSilences(
  database: Database,
  { endsAfter, limit }: { endsAfter: number; limit: number },
): Promise<SilenceRow[]> {
  return database.queryTyped((drizzle) =>
    drizzle
      .select({
        id: alertSilence.id,
        rule: alertSilence.rule,
        source: alertSilence.source,
        pipeline_id: alertSilence.pipelineId,
        code: alertSilence.code,
        reason: alertSilence.reason,
        author: alertSilence.author,
        created_at: toEpoch(alertSilence.createdAt),
        ends_at: toEpoch(alertSilence.endsAt),
      })
      .from(alertSilence)
      .where(gt(alertSilence.endsAt, toMoment(endsAfter)))
      .orderBy(desc(alertSilence.endsAt), desc(alertSilence.id))
      .limit(limit),
  );
}

/** One attempt to deliver a message. Moments in epoch seconds. */
export interface AttemptRow {
  readonly attempt: number;
  readonly started_at: number;
  readonly finished_at: number | null;
  /** NULL while it is under way, and for ever where its instance died. */
  readonly outcome: 'delivered' | 'retry' | 'refused' | 'gone' | null;
  readonly status: number | null;
  readonly answer: string | null;
}

export interface DeliveryPart {
  readonly group: number;
  readonly notification: number;
  readonly status: 'firing' | 'resolved';
  readonly jobs: number;
}

/** A message with its attempts, oldest attempt first. Moments in epoch seconds. */
export interface DeliveryRow {
  readonly id: string;
  readonly channel: string;
  /** `dead` was given up: it can be sent again by hand. */
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly parts: readonly DeliveryPart[];
  readonly attempts: number;
  readonly created_at: number;
  readonly next_attempt_at: number;
  readonly finished_at: number | null;
  readonly answer: string | null;
  readonly tries: readonly AttemptRow[];
}

/** Messages, newest first; of one status where it is given (`dead` are the dead letters). */
export async function selectDeliveries(
  database: Database,
  { status, limit }: { status?: DeliveryRow['status'] | undefined; limit: number },
): Promise<DeliveryRow[]> {
  return database.query<DeliveryRow>(sql`
    select id, channel, status, parts, attempts, ${epoch('created_at')}, ${epoch('next_attempt_at')},
      ${epoch('finished_at')}, answer, coalesce(tried.tries, '[]') as tries
    from (
      select * from mps.alert_delivery
      where ${status === undefined ? sql`true` : sql`status = ${status}::text`}
      order by created_at desc, id limit ${limit}::int
    ) as delivery
    left join lateral (
      select jsonb_agg(jsonb_build_object('attempt', attempt, 'started_at', extract(epoch from started_at)::float8,
        'finished_at', extract(epoch from finished_at)::float8, 'outcome', outcome, 'status', attempt.status,
        'answer', attempt.answer) order by attempt.id) as tries
      from mps.alert_attempt as attempt where attempt.delivery_id = delivery.id
    ) as tried on true
    order by delivery.created_at desc, id`);
}

/** A channel that messages were made for. Moments in epoch seconds. */
export interface ChannelRow {
  readonly name: string;
  /** Since when its receiver wants no more messages. */
  readonly disabled_at: number | null;
  readonly disabled_reason: string | null;
  readonly pending: number;
  readonly dead: number;
}

export async function selectAlertChannels(database: Database): Promise<ChannelRow[]> {
  return database.query<ChannelRow>(sql`
    select name, ${epoch('disabled_at')}, disabled_reason,
      (select count(*) from mps.alert_delivery where channel = name and status = 'pending')::float8 as pending,
      (select count(*) from mps.alert_delivery where channel = name and status = 'dead')::float8 as dead
    from mps.alert_channel
    order by name`);
}

/** How many events were not told of, by the reason. */
export async function selectSuppressed(database: Database): Promise<{ reason: string; jobs: number }[]> {
  return database.queryTyped((drizzle) =>
    drizzle
      .select({ reason: sql<string>`suppressed`, jobs: count() })
      .from(alertEvent)
      .where(isNotNull(alertEvent.suppressed))
      .groupBy(alertEvent.suppressed)
      .orderBy(alertEvent.suppressed),
  );
}
