import { sql } from 'drizzle-orm';
import type { WritableDatabase } from '#db/client.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';
import { findPresentTexts } from './present-texts.ts';

/**
 * All that migrations made, as the catalog tells it: one line a thing, in an order and a spelling that do not depend on
 * the server's release or on who migrated: of rights, those that others than the owner have. Monthly partitions and the
 * journal of migrations are left out. A function or view is told with the migration that has its present text, where its
 * reasons are.
 *
 * Bodies of views and SQL functions are printed by the server, which prints them otherwise from release to release:
 * `withBodies: false` leaves them out.
 */
export const dumpSchema = (database: WritableDatabase, options: DumpOptions): Promise<string> =>
  inTransaction(database, (transaction) => dumpWithin(transaction, options));

interface DumpOptions {
  readonly withBodies: boolean;
}

/** The same as a transaction finds it. */
export async function dumpWithin(transaction: Transaction, { withBodies }: DumpOptions): Promise<string> {
  // Names are printed with their schema only where the search path does not have it.
  await transaction.query(sql`set local search_path = pg_catalog`);
  const rows = await transaction.query<{ line: string }>(sql`
    with relation as (
      select oid, relkind, relnamespace::regnamespace || '.' || relname as name, relacl as acl, relowner as owner
      from pg_class
      where relnamespace in ('mps'::regnamespace, 'report'::regnamespace) and not relispartition
        and relkind in ('r', 'p', 'v') and relname <> 'schema_migration'
    ),
    routine as (
      select oid, prolang, oid::regprocedure::text as name, coalesce(proacl, acldefault('f', proowner)) as acl, proowner as owner
      from pg_proc
      where pronamespace in ('mps'::regnamespace, 'report'::regnamespace)
    ),
    granted as (
      select name, 10 as part, '  ' as indent, acl, owner from relation
      union all
      select 'routine ' || name, 10, '  ', acl, owner from routine
      union all
      select 'schema ' || nspname, 1, 'schema ' || nspname || ' ', nspacl, nspowner from pg_namespace where nspname in ('mps', 'report')
      union all
      select 'schema ' || nspname, 2, 'schema ' || nspname || ' ' || case defaclobjtype when 'r' then 'later tables '
          when 'S' then 'later sequences ' when 'f' then 'later functions ' else defaclobjtype::text || ' ' end, defaclacl, defaclrole
      from pg_default_acl join pg_namespace on pg_namespace.oid = defaclnamespace where nspname in ('mps', 'report')
    )
    select line from (
      select name, 1 as part, 0 as place,
        case relkind when 'v' then 'view ' else 'table ' end || name
          || coalesce(' partition by ' || pg_get_partkeydef(oid), '')
          || coalesce(' with ' || (select reloptions::text from pg_class where pg_class.oid = relation.oid), '') as line
      from relation
      union all
      select name, 2, attnum, '  ' || attname || ' ' || format_type(atttypid, atttypmod)
        || case when attnotnull then ' not null' else '' end
        || case when attidentity <> '' then ' identity' else '' end
        || case when attgenerated <> '' then ' generated ' else case when adbin is null then '' else ' default ' end end
        || coalesce(pg_get_expr(adbin, adrelid), '') || coalesce('  -- ' || col_description(attrelid, attnum), '')
      from relation join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
      union all
      select relation.name, 3, 0, '  constraint ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
      from relation join pg_constraint on conrelid = relation.oid and contype <> 'n'
      union all
      select relation.name, 4, 0, '  ' || pg_get_indexdef(indexrelid)
      from relation join pg_index on indrelid = relation.oid
      where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
      union all
      select relation.name, 5, 0, '  ' || pg_get_triggerdef(pg_trigger.oid)
      from relation join pg_trigger on tgrelid = relation.oid and not tgisinternal
      union all
      select name, 6, 0, '  comment ' || obj_description(oid, 'pg_class') from relation where obj_description(oid, 'pg_class') is not null
      union all
      select name, 7, 0, pg_get_viewdef(oid, true) from relation where relkind = 'v' and ${withBodies}::boolean
      union all
      select 'routine ' || name, 8, 0, 'routine ' || name || ' returns ' || pg_get_function_result(oid) from routine
      union all
      select 'routine ' || name, 9, 0, pg_get_functiondef(oid) from routine
      where ${withBodies}::boolean or prolang = (select oid from pg_language where lanname = 'plpgsql')
      union all
      select 'routine ' || name, 11, 0, '  comment ' || obj_description(oid, 'pg_proc') from routine
      where obj_description(oid, 'pg_proc') is not null
      union all
      select name, part, 0, indent || 'grant ' || lower(privilege_type) || ' to '
        || case grantee when 0 then 'public' else pg_get_userbyid(grantee)::text end
        || case when is_grantable then ' with grant option' else '' end
      from granted cross join lateral aclexplode(acl) where grantee <> owner
    ) as thing
    order by name collate "C", part, place, line collate "C"`);
  const texts = findPresentTexts();
  return `${rows.map(({ line }) => withMigration(line, texts)).join('\n')}\n`;
}

function withMigration(line: string, texts: ReadonlyMap<string, string>): string {
  const name = /^(?:routine|view) ([\w.]+)/.exec(line)?.[1];
  return name === undefined ? line : `${line}  -- ${texts.get(name)}`;
}

/** A dump with bodies as one without: views and SQL functions lose theirs. */
export function withoutBodies(dump: string): string {
  const things = dump.split(/^(?=(?:table|view|routine|schema) )/m);
  return things.map(withoutBody).join('');
}

/** A body goes up to the rights and comments that follow it. */
const body = /^(?: (?:SELECT|WITH)\b|CREATE OR REPLACE FUNCTION).*?(?=^ {2}(?:grant|comment) |(?![\s\S]))/ms;

const withoutBody = (thing: string): string =>
  thing.startsWith('view ') || /^ LANGUAGE sql$/m.test(thing) ? thing.replace(body, '') : thing;
