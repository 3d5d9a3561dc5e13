import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();

it('a job’s key is among those of its text, whenever it was created', async () => {
  const jobs = fc.sample(
    fc.record({
      at: fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    }),
    2_000,
  );
  const rows = await db.database.query<{ found: boolean; others: number }>(sql`
    select report.text_key(at, text) = any (report.text_keys(text)) as found,
      cardinality(array(select distinct unnest(report.text_keys(text))))::int as others
    from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as job (at timestamptz, text text)`);
  expect(rows).toEqual(Array(2_000).fill({ found: true, others: 31 }));
});

it('keys of jobs of the same day lie side by side, whatever the session’s zone', async () => {
  const rows = await inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local time zone 'Asia/Shanghai'`);
    return tx.query<{ days: string }>(sql`
      with parts as (
        select extract(day from at at time zone 'UTC')::int as day, min(key) >> 58 as part
        from generate_series(timestamptz '2026-10-01 00:00Z', '2026-10-31 23:59Z', '1 hour') as at,
          generate_series(1, 20) as n, report.text_key(at, n::text) as key
        group by day having min(key) >> 58 = max(key) >> 58
      )
      select string_agg(day::text, ' ' order by day) as days from parts group by part order by part`);
  });
  expect(rows.map(({ days }) => days)).toEqual(Array.from({ length: 31 }, (_, n) => `${n + 1}`));
});

it('nothing has no key', async () => {
  const [row] = await db.database.query(sql`
    select report.text_key('2026-11-15Z', null) as key, report.text_keys(null) as keys`);
  expect(row).toEqual({ key: null, keys: null });
});
