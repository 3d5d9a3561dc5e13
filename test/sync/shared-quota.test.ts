import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCallRate, toPeak } from '#core/call-rate.ts';
import { createDatabase } from '#db/client.ts';
import { reportThrottled, reserveSlots } from '#db/quota.ts';
import { createSharedQuota } from '#sync/shared-quota.ts';
import { systemClock as clock } from '#sync/system-clock.ts';
import { useDatabase } from '../db/test-database.ts';

const db = useDatabase();
const terms = { callsPerSecond: 100, historyShare: 0.8, wanted: 10, lane: 'fresh' } as const;
const newAccount = () => `account-${randomUUID()}`;

describe('the rate of calls', () => {
  it('is the same in the database as in core', async () => {
    const cases = fc.sample(
      fc.record({
        cap: fc.integer({ min: 1, max: 1000 }),
        peak: fc.double({ min: 0.01, max: 2000, noNaN: true }),
        since: fc.double({ min: 0, max: 3600, noNaN: true }),
      }),
      200,
    );
    const rows = await db.database.query<{ rate: number }>(sql`
      select mps.call_rate(cap, peak, since) as rate
      from jsonb_to_recordset(${JSON.stringify(cases)}::jsonb) as t (cap float8, peak float8, since float8)`);
    expect(rows).toHaveLength(200);
    rows.forEach(({ rate }, index) => {
      const { cap, peak, since } = cases[index] ?? { cap: 0, peak: 0, since: 0 };
      expect(rate).toBeCloseTo(toCallRate(cap, { peak, since }), 6);
    });
  });
});

describe('call slots', () => {
  it('lie on one line, evenly, for all who reserve at the same time', async () => {
    const account = newAccount();
    const blocks = await Promise.all(
      Array.from({ length: 5 }, () => reserveSlots(db.database, { ...terms, account, wanted: 3 })),
    );
    const slots = blocks
      .flatMap(({ start, spacingMs, slots }) => Array.from({ length: slots }, (_, index) => start + index * spacingMs))
      .sort((a, b) => a - b);
    expect(slots).toHaveLength(15);
    const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThan(10.5 + 100);
  });

  it('are given away a quarter of a second ahead and no further', async () => {
    const block = await reserveSlots(db.database, { ...terms, account: newAccount(), wanted: 1_000 });
    expect(block.slots).toBe(24);
  });

  it('leave a share of the time to fresh jobs when they are for history', async () => {
    const account = newAccount();
    const first = await reserveSlots(db.database, { ...terms, account, lane: 'history', historyShare: 0.5 });
    expect(first.slots).toBe(10);
    const again = await reserveSlots(db.database, { ...terms, account, lane: 'history', historyShare: 0.5 });
    expect(again).toMatchObject({ slots: 0, start: expect.closeTo(first.start + 20 * first.spacingMs, 0) });
    const fresh = await reserveSlots(db.database, { ...terms, account });
    expect(fresh).toMatchObject({ slots: 10, start: expect.closeTo(first.start + 10 * first.spacingMs, 0) });
  });

  it('come slower after a throttled answer, and answers throttled together count once', async () => {
    const account = newAccount();
    const before = await reserveSlots(db.database, { ...terms, account });
    await Promise.all([1, 2, 3].map(() => reportThrottled(db.database, account, 100)));
    const after = await reserveSlots(db.database, { ...terms, account });
    const slowest = toCallRate(100, { peak: toPeak(toCallRate(100, undefined)), since: 0 });
    expect(1000 / after.spacingMs).toBeGreaterThanOrEqual(slowest * 0.99);
    expect(after.spacingMs).toBeGreaterThan(before.spacingMs * 1.2);
  });
});

describe('instances that share an account', () => {
  it('never use more than its calls in a second, and nearly all of them', async () => {
    const account = newAccount();
    const left: number[] = [];
    const end = Date.now() + 4_000;
    const use = async () => {
      const database = createDatabase({ url: db.url, connections: 1 });
      const quota = createSharedQuota({
        reserveSlots: (lane, wanted) => reserveSlots(database, { ...terms, account, wanted, lane }),
        reportThrottled: () => reportThrottled(database, account, 100),
        callsPerSecond: 100,
        clock,
        signal: new AbortController().signal,
      });
      const walk = async () => {
        while (Date.now() < end) {
          await quota.take('fresh');
          left.push(performance.now());
          await clock.sleep(100);
        }
      };
      await Promise.all(Array.from({ length: 12 }, walk));
      await database.close();
    };
    await Promise.all([use(), use(), use()]);
    left.sort((a, b) => a - b);
    const crowd = left.map((at) => left.filter((other) => other >= at && other < at + 1000).length);
    expect(Math.max(...crowd)).toBeLessThanOrEqual(100);
    expect(left.length).toBeGreaterThan(4 * 97.7 * 0.75);
  });

  it('are told why when the work is called off', async () => {
    const controller = new AbortController();
    const quota = createSharedQuota({
      reserveSlots: (_, wanted) => reserveSlots(db.database, { ...terms, account: 'slow', callsPerSecond: 1, wanted }),
      reportThrottled: async () => {},
      callsPerSecond: 1,
      clock,
      signal: controller.signal,
    });
    await quota.take('fresh');
    const waiting = [quota.take('fresh'), quota.take('fresh')].map((taken) => taken.catch((error) => error.message));
    setTimeout(() => controller.abort(new Error('called off')), 50);
    expect(await Promise.all(waiting)).toEqual(['called off', 'called off']);
  });
});
