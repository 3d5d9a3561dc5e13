import { type SQL, sql } from 'drizzle-orm';
import type { AlertGroup } from '#core/alert-record.ts';
import type { AlertKey, SilenceMatcher } from '#core/alert-silence.ts';
import type { Transaction } from '#db/transaction.ts';

/** A group with its number. */
export interface StoredGroup extends AlertGroup {
  readonly id: number;
}

/** Text columns and numbers by the field that they fill; moments are epoch seconds. */
const columns = {
  rule: 'text',
  source: 'text',
  pipeline_id: 'text',
  code: 'text',
  status: 'text',
  again: 'boolean',
  starts_at: 'moment',
  ends_at: 'moment',
  active_at: 'moment',
  notified_at: 'moment',
  notified_status: 'text',
  notifications: 'integer',
  unsaid: 'bigint',
  jobs: 'bigint',
  jobs_total: 'bigint',
  created_from: 'moment',
  created_to: 'moment',
  changed_from: 'moment',
  top_codes: 'jsonb',
  examples: 'jsonb',
  detail: 'text',
  silence_id: 'bigint',
} as const;
const names = Object.keys(columns) as (keyof typeof columns)[];
const keyNames: readonly string[] = ['rule', 'source', 'pipeline_id', 'code'];

const toField = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const list = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);
const id = (name: string): SQL => sql`${sql.identifier(name)}`;

const selected = list(
  names.map((name) => {
    const read = { moment: sql`extract(epoch from ${id(name)})::float8`, bigint: sql`${id(name)}::float8` };
    const kind = columns[name];
    const value = kind === 'moment' || kind === 'bigint' ? read[kind] : id(name);
    return sql`${value} as ${sql.identifier(toField(name))}`;
  }),
);

/** Groups of the given keys, whatever their state. */
export async function selectGroups(transaction: Transaction, keys: readonly AlertKey[]): Promise<StoredGroup[]> {
  const of = (field: keyof AlertKey): SQL => sql`${sql.param(keys.map((key) => key[field]))}::text[]`;
  return transaction.query<StoredGroup>(sql`
    select id::float8 as id, ${selected} from mps.alert_group
    where (rule, source, pipeline_id, code) in (
      select * from unnest(${of('rule')}, ${of('source')}, ${of('pipelineId')}, ${of('code')}))`);
}

/** Groups that are not over. */
export async function selectOpenGroups(transaction: Transaction): Promise<StoredGroup[]> {
  return transaction.query<StoredGroup>(sql`
    select id::float8 as id, ${selected} from mps.alert_group where status <> 'resolved' order by alert_group.id`);
}

/** Stores groups as they are now, and returns them with their numbers. */
export async function upsertGroups(
  transaction: Transaction,
  groups: readonly AlertGroup[],
): Promise<(AlertKey & { readonly id: number })[]> {
  if (groups.length === 0) return [];
  const rows = JSON.stringify(
    groups.map((group) => Object.fromEntries(names.map((name) => [name, Reflect.get(group, toField(name))]))),
  );
  const types = list(names.map((name) => sql`${id(name)} ${sql.raw(toType(columns[name]))}`));
  const values = list(names.map((name) => (columns[name] === 'moment' ? sql`to_timestamp(${id(name)})` : id(name))));
  const assignments = list(
    names.filter((name) => !keyNames.includes(name)).map((name) => sql`${id(name)} = excluded.${id(name)}`),
  );
  return transaction.query(sql`
    insert into mps.alert_group (${list(names.map(id))})
    select ${values} from jsonb_to_recordset(${rows}::jsonb) as given (${types})
    on conflict on constraint alert_group_key do update set ${assignments}
    returning id::float8 as id, rule, source, pipeline_id as "pipelineId", code`);
}

const toType = (kind: string): string => (kind === 'moment' ? 'float8' : kind);

/** A silence that has not ended. */
export interface ActiveSilence extends SilenceMatcher {
  readonly id: number;
}

export async function selectActiveSilences(transaction: Transaction, now: number): Promise<ActiveSilence[]> {
  return transaction.query<ActiveSilence>(sql`
    select id::float8 as id, rule, source, pipeline_id as "pipelineId", code from mps.alert_silence
    where created_at <= to_timestamp(${now}::float8) and ends_at > to_timestamp(${now}::float8)
    order by alert_silence.ends_at desc`);
}
