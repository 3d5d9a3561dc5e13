import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '#core/run.ts';
import { useStore } from '../db/store-fixture.ts';
import { findCompletedOverGaps, watchCompletions } from './completed-over-gaps.ts';

const store = useStore();
const covers = { from: 1_000_000, to: 2_000_000 };

beforeAll(() => watchCompletions(store.db.database));
beforeEach(() => store.db.database.query(sql`truncate public.chaos_gap`));

const finish = (window: { from: number; to: number } | undefined, outcome: 'completed' | 'partial' = 'completed') =>
  store.store().finishRun({ id: store.run().runId, window, counts: noCounts, outcome });

describe('a run that is completed', () => {
  it('over what is covered is none over a gap', async () => {
    await store.write({ covers });
    await finish(covers);
    expect(await findCompletedOverGaps(store.db.database)).toEqual([]);
  });

  it('over a gap is found, also once the gap is filled', async () => {
    await store.write({ covers });
    await finish({ ...covers, to: covers.to + 1 });
    await store.write({ covers: { from: covers.to, to: covers.to + 1 } });
    expect(await findCompletedOverGaps(store.db.database)).toEqual([
      `1 runs were completed over a gap, such as run ${store.run().runId} (I2)`,
    ]);
  });

  it('without a window is found, and one that is not completed is not', async () => {
    await store.write({ covers });
    await finish(undefined, 'partial');
    expect(await findCompletedOverGaps(store.db.database)).toEqual([]);
    await store.db.database.query(sql`update mps.sync_run set outcome = 'completed'`);
    expect(await findCompletedOverGaps(store.db.database)).toHaveLength(1);
  });
});
