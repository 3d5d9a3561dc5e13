import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { checkRetention, judgeRetention } from '#cli/doctor/retention.ts';
import { createDatabase } from '#db/client.ts';
import { inTransaction } from '#db/transaction.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { source, useStore } from '../db/store-fixture.ts';

const { db, store, run, writeRecords } = useStore();
const now = Date.parse('2026-04-15T12:00:00Z') / 1000;
const drop = (months: number | undefined) => store().dropExpiredPartitions({ source, months, now, runId: run().runId });
const check = () => checkRetention(db.database);
const warning = (detail: string) => ({ name: 'retention', status: 'warn', detail: expect.stringMatching(detail) });

describe('what mps-sync doctor says of retention', () => {
  it('is that all is well, and from when on jobs are kept', async () => {
    expect(await check()).toMatchObject([{ status: 'ok', detail: 'all months are kept' }]);
    await drop(1);
    expect(await check()).toMatchObject([{ status: 'ok', detail: 'months from 2026-03-01 on are kept' }]);
  });

  it('is which months should have gone, and who keeps them', async () => {
    await writeRecords(makeRecord({ CreationTime: '2026-01-05T00:00:00Z' }));
    const other = createDatabase({ url: db.url, connections: 1 });
    await inTransaction(other, async (tx) => {
      const rows = await tx.query<{ pid: number }>(
        sql`select pg_backend_pid() as pid from (select from mps.job) as jobs limit 1`,
      );
      await expect(drop(1)).rejects.toMatchObject({ code: 'database_busy' });
      expect(await check()).toMatchObject([
        warning(`^job_transition_y2026m01, job_y2026m01 should .*: session ${rows[0]?.pid} of \\w+ has jobs open$`),
      ]);
    });
    await other.close();
    await drop(1);
    expect(await check()).toMatchObject([{ status: 'ok' }]);
  });

  it('is which table is named like a partition and is none', async () => {
    await writeRecords(makeRecord({ CreationTime: '2026-04-05T00:00:00Z' }));
    await db.database.query(sql`alter table mps.job detach partition mps.job_y2026m04`);
    expect(await check()).toMatchObject([warning('^job_y2026m04: no partition')]);
    await db.database.query(sql`select mps.ensure_partitions(array['2026-04-01Z'::timestamptz])`);
    expect(await check()).toMatchObject([{ status: 'ok' }]);
  });

  it('is which sources keep different months, but not of one that had no run for thirty days', async () => {
    await drop(1);
    await store().upsertCoverage({ source: 'other', since: undefined, defaultSince: 0, settleSeconds: 5 });
    expect(await check()).toMatchObject([{ status: 'ok', detail: 'months from 2026-03-01 on are kept' }]);
    await store().insertRun({ source: 'other', fence: 1 });
    expect(await check()).toMatchObject([warning('\\(default: from 2026-03-01 on; other: all\\)')]);
  });

  it('names three of many tables', () => {
    const overdue = ['a', 'b', 'c', 'd', 'e'];
    const findings = judgeRetention({ from: 0, sources: [], overdue, detached: [], holder: null });
    expect(findings).toMatchObject([{ detail: 'a, b, c and 2 more should have been dropped' }]);
  });
});
