import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { SyncStore } from '#db/sync-store.ts';
import { keepUp } from '#sync/keep-up.ts';
import { systemClock } from '#sync/system-clock.ts';
import { testSource } from './harness.ts';

/** Upkeep over a store that notes what it is asked for, and whose first task does more. */
async function keepUpWith(first: () => Promise<string[]>, stop = new AbortController()): Promise<string[]> {
  const asked: string[] = [];
  const store = {
    dropExpiredPartitions: () => {
      asked.push('months');
      return first();
    },
    deleteExpired: async () => asked.push('rows'),
    analyzeParents: async () => asked.push('statistics') > 0,
  } as Partial<SyncStore> as SyncStore;
  const source = { ...testSource, endpoint: new URL('http://127.0.0.1') };
  await keepUp({ source, store, clock: systemClock, log: silentLog }, { runId: 1, signal: stop.signal });
  return asked;
}

describe('upkeep', () => {
  it('goes on with the next task where one fails', async () => {
    const failing = () => Promise.reject(new AppError('database_busy', 'a lock'));
    expect(await keepUpWith(failing)).toEqual(['months', 'rows', 'statistics']);
  });

  it('begins nothing once the run has to stop', async () => {
    const stop = new AbortController();
    const stopping = async () => {
      stop.abort();
      return [];
    };
    expect(await keepUpWith(stopping, stop)).toEqual(['months']);
    expect(await keepUpWith(stopping, stop)).toEqual([]);
  });
});
