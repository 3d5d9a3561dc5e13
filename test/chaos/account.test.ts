import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, jobsOf } from '../simulator/signed-call.ts';
import { openAccount } from './account.ts';

const minute = 60_000;
const from = Date.now() - 60 * minute;

const open = async () => {
  const account = await openAccount({ cap: 50, from, endsAt: Date.now() + minute, lookbackMs: 10 * minute });
  close = account.simulator.close;
  return account;
};
let close = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  await close();
});

describe('the account of chaos', () => {
  it('has jobs that end one by one meanwhile and that were created before the lookback', async () => {
    const { simulator } = await open();
    const isSlow = (created: number, ended: number | undefined) =>
      created < Date.now() - 10 * minute && ended !== undefined && ended > Date.now();
    const slow = simulator.model
      .list()
      .entries.filter(({ createdAt, source }) =>
        isSlow(createdAt, 'describe' in source ? source.finishedAt : undefined),
      );
    expect(slow.length).toBeGreaterThan(190);
  });

  it('notes who asks for open jobs, whichever way', async () => {
    const { simulator, reading } = await open();
    await call(simulator.url);
    expect(reading.looks).toBe(0);
    await call(simulator.url, { State: 'Submitted' });
    await call(simulator.url, { SnapshotJobIds: 'a' });
    expect(reading.looks).toBe(2);
  });

  it('gives every other answer as of long ago while answers are stale, and counts the rows', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { simulator, stale } = await open();
    const [slow] = jobsOf([await call(simulator.url, { State: 'Submitted' })]);
    const scheduled = simulator.model.find(String(slow?.Id))?.source as { startedAt: number };
    vi.setSystemTime(scheduled.startedAt + 1_000);
    stale.begin(5_000);
    const ask = async () => jobsOf([await call(simulator.url, { SnapshotJobIds: String(slow?.Id) })])[0]?.State;
    expect([await ask(), await ask()].sort()).toEqual(['Snapshoting', 'Submitted']);
    stale.end();
    expect([await ask(), await ask()]).toEqual(['Snapshoting', 'Snapshoting']);
    expect(stale.served).toBe(1);
    expect(stale.spells).toEqual([expect.objectContaining({ ms: 5_000, to: expect.any(Number) })]);
  });
});
