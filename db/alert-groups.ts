import { and, desc, getTableColumns, gt, lte, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { AlertGroup } from '#core/alert-record.ts';
import type { AlertKey, SilenceMatcher } from '#core/alert-silence.ts';
import { toEpoch, toMoment } from '#db/moment.ts';
import { alertGroup, alertSilence } from '#db/schema.ts';
import type { Transaction } from '#db/transaction.ts';

/** A group with its number. */
export interface StoredGroup extends AlertGroup {
  readonly id: number;
}

const { id, ...written } = getTableColumns(alertGroup);
/** Each field of a group has its column. */
const columns: Record<keyof AlertGroup, PgColumn> = written;
const { startsAt, endsAt, activeAt, notifiedAt, createdFrom, createdTo, changedFrom } = written;

/** The fields of a {@link StoredGroup}. */
const stored = {
  ...written,
  id,
  startsAt: toEpoch(startsAt),
  endsAt: toEpoch(endsAt),
  activeAt: toEpoch(activeAt),
  notifiedAt: toEpoch(notifiedAt),
  createdFrom: toEpoch(createdFrom),
  createdTo: toEpoch(createdTo),
  changedFrom: toEpoch(changedFrom),
};

/** Groups of the given keys, whatever their state. */
export async function selectGroups(transaction: Transaction, keys: readonly AlertKey[]): Promise<StoredGroup[]> {
  const of = (field: keyof AlertKey): SQL => sql`${sql.param(keys.map((key) => key[field]))}::text[]`;
  const isAsked = sql`(rule, source, pipeline_id, code) in (
    select * from unnest(${of('rule')}, ${of('source')}, ${of('pipelineId')}, ${of('code')}))`;
  return transaction.queryTyped((drizzle) => drizzle.select(stored).from(alertGroup).where(isAsked));
}

/** Groups that are not over. */
export async function selectOpenGroups(transaction: Transaction): Promise<StoredGroup[]> {
  return transaction.queryTyped((drizzle) =>
    drizzle.select(stored).from(alertGroup).where(ne(alertGroup.status, 'resolved')).orderBy(alertGroup.id),
  );
}

const list = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);
const named = (name: string): SQL => sql`${sql.identifier(name)}`;

/** Stores groups as they are now, and returns them with their numbers. However many they are, they are one parameter. */
export async function upsertGroups(
  transaction: Transaction,
  groups: readonly AlertGroup[],
): Promise<(AlertKey & { readonly id: number })[]> {
  if (groups.length === 0) return [];
  const fields = Object.entries(columns).map(([field, column]) => {
    const [given, name, type] = [named(field), named(column.name), column.getSQLType()];
    const isMoment = type === 'timestamp with time zone';
    return {
      name,
      given: sql`${given} ${sql.raw(isMoment ? 'float8' : type)}`,
      value: isMoment ? sql`to_timestamp(${given})` : given,
      assignment: sql`${name} = excluded.${name}`,
    };
  });
  return transaction.query(sql`
    insert into mps.alert_group (${list(fields.map(({ name }) => name))})
    select ${list(fields.map(({ value }) => value))}
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as given (${list(fields.map(({ given }) => given))})
    on conflict on constraint alert_group_key do update set ${list(fields.map(({ assignment }) => assignment))}
    returning id::float8 as id, rule, source, pipeline_id as "pipelineId", code`);
}

/** A silence that has not ended. */
export interface ActiveSilence extends SilenceMatcher {
  readonly id: number;
}

export async function selectActiveSilences(transaction: Transaction, now: number): Promise<ActiveSilence[]> {
  const { id, rule, source, pipelineId, code, createdAt, endsAt } = alertSilence;
  return transaction.queryTyped((drizzle) =>
    drizzle
      .select({ id, rule, source, pipelineId, code })
      .from(alertSilence)
      .where(and(lte(createdAt, toMoment(now)), gt(endsAt, toMoment(now))))
      .orderBy(desc(endsAt)),
  );
}
