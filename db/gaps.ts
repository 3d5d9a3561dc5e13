import { type SQL, sql } from 'drizzle-orm';

/**
 * The gaps of an alias `coverage` from a moment on, as a multirange: what was not read before the newest moment that was; while
 * nothing was, before `otherwise`. What is newer than that is lag and no gap here. `report.sync_gaps` has it as well, up to the
 * second that has settled, because it is asked for all that should have been read by now, and calls it `newest`.
 */
export const toGaps = (from: SQL, otherwise: SQL): SQL =>
  sql`(tstzmultirange(tstzrange(${from}, greatest(${from}, coalesce(upper(coverage.covered), ${otherwise})))) - coverage.covered)`;

/** The length of a multirange in seconds; NULL where it is empty. */
export const toGapSeconds = (gaps: SQL): SQL =>
  sql`(select sum(extract(epoch from upper(gap) - lower(gap)))::float8 from unnest(${gaps}) as gap)`;
