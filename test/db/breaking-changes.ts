import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Something that statements of a release may count on. */
interface Thing {
  readonly kind: 'column' | 'function' | 'constraint';
  /** With its schema, and a column with its table's. */
  readonly name: string;
  /** The table, where it belongs to one. */
  readonly of: string;
  /** A column's type, a function's result, a constraint's definition. */
  readonly what: string;
  /** Whether an insert may leave it out or leave it NULL. */
  readonly optional: boolean;
}

/** All that statements may count on, monthly partitions left out. */
export const readThings = (database: Database): Promise<Thing[]> =>
  database.query(sql`
    with relation as (
      select oid, relnamespace::regnamespace || '.' || relname as name from pg_class
      where relnamespace in ('mps'::regnamespace, 'report'::regnamespace) and not relispartition
        and relkind in ('r', 'p', 'v') and relname <> 'schema_migration'
    )
    select 'column' as kind, name || '.' || attname as name, name as of, format_type(atttypid, atttypmod) as what,
      not attnotnull or atthasdef or attidentity <> '' as optional
    from relation join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
    union all
    select 'function', oid::regprocedure::text, '', pg_get_function_result(oid), true
    from pg_proc where pronamespace in ('mps'::regnamespace, 'report'::regnamespace) and prorettype <> 'trigger'::regtype
    union all
    select 'constraint', name || '.' || conname, name, case contype
        when 'p' then format('PRIMARY KEY (%s)', columns) when 'u' then format('UNIQUE (%s)', columns)
        else pg_get_constraintdef(pg_constraint.oid) end, true
    from relation join pg_constraint on conrelid = relation.oid and contype in ('p', 'u', 'c', 'f')
    -- In no order: statements name the columns of a key, and find it by any.
    cross join lateral (
      select string_agg(attname, ', ' order by attname) as columns
      from pg_attribute where attrelid = conrelid and attnum = any (conkey)
    ) as key
    union all
    select 'constraint', name || '.' || relname, name, pg_get_indexdef(indexrelid), true
    from relation join pg_index on indrelid = relation.oid and indisunique join pg_class on pg_class.oid = indexrelid
    where not exists (select from pg_constraint where conindid = indexrelid)`);

/** What of `after` breaks statements that were written for `before`, a sentence each. */
export function listBreaks(before: readonly Thing[], after: readonly Thing[]): string[] {
  const tables = new Set(before.map(({ of }) => of));
  const find = (things: readonly Thing[], { kind, name }: Thing) =>
    things.find((thing) => thing.kind === kind && thing.name === name);
  const changed = before.flatMap((thing) => toChange(thing, find(after, thing)));
  const added = after
    .filter((thing) => tables.has(thing.of) && thing.of !== '' && !find(before, thing))
    .flatMap((thing) => toDemand(thing));
  return [...changed, ...added];
}

function toChange(old: Thing, present: Thing | undefined): string[] {
  const { kind, name } = old;
  if (!present) return [`${kind} ${name} is gone`];
  if (present.what !== old.what) return [`${kind} ${name} was "${old.what}" and is "${present.what}"`];
  return old.optional && !present.optional ? [`${kind} ${name} must be given now`] : [];
}

function toDemand({ kind, name, what, optional }: Thing): string[] {
  if (kind === 'constraint') return [`${kind} ${name} is new: ${what}`];
  return optional ? [] : [`${kind} ${name} is new, and an insert must give it`];
}
