import { describe, expect, it } from 'vitest';
import { makeRecord, toJobs } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';
import { watchStore } from './watched-store.ts';

const db = useStore();

describe('a watched store', () => {
  it('asks before the first page of each run, and tells of a page that is refused', async () => {
    const asked: unknown[] = [];
    let refused = 0;
    const store = watchStore(db.store(), {
      beforeFirstPage: async (holding) => void asked.push(holding),
      onRefused: () => {
        refused += 1;
      },
    });
    const write = () => store.writePage({ ...db.run(), jobs: toJobs(makeRecord()), rejections: [] });
    await write();
    await write();
    const { source, fence } = db.run();
    expect(asked).toEqual([{ source, fence }]);
    expect(refused).toBe(0);
    await db.select(`update mps.lease set fence = ${fence + 1} returning 1`);
    await expect(write()).rejects.toThrow(/another run took over/);
    expect(refused).toBe(1);
  });
});
