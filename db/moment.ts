import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** A moment in epoch seconds as Postgres's, to the microsecond: a `Date` would lose those within its millisecond. None is null. */
export const toMoment = (seconds: number | null | undefined): SQL => sql`to_timestamp(${seconds ?? null}::float8)`;

/** A column of moments as epoch seconds. */
export const toEpoch = <Column extends PgColumn>(
  column: Column,
): SQL<Column['_']['notNull'] extends true ? number : number | null> => sql`extract(epoch from ${column})::float8`;
