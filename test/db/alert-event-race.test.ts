import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const store = useStore();
const ids = (count: number) => Array.from({ length: count }, (_, index) => `job-${String(index).padStart(4, '0')}`);
const records = (count: number, State: string) => ids(count).map((Id) => makeRecord({ Id, State }));
const countEvents = async () =>
  (
    await store.select<{ events: number; jobs: number }>(
      'select count(*)::int as events, count(distinct job_id)::int as jobs from mps.alert_event',
    )
  )[0];

describe('I7: each Fail makes exactly one event', () => {
  it('when two walkers of a run write overlapping pages at once, and again', async () => {
    const other = createDatabase({ url: store.db.url, connections: 2 });
    const stores = [store.store(), createSyncStore(other)];
    const failed = records(300, 'Fail');
    const write = (index: number, from: number, to: number) =>
      stores[index % 2]?.writePage({ ...store.run(), jobs: toJobs(...failed.slice(from, to)), rejections: [] });
    await store.writeRecords(...records(150, 'Submitted'));
    await Promise.all([write(0, 0, 200), write(1, 100, 300), write(0, 50, 250), write(1, 0, 300)]);
    await Promise.all([write(0, 0, 300), write(1, 0, 300)]);
    await other.close();
    expect(await countEvents()).toEqual({ events: 300, jobs: 300 });
  });

  it('when a run is taken over, the page of the old one refused and written by the new one', async () => {
    const old = store.run();
    await store.db.database.query(sql`update mps.lease set expires_at = now() - interval '1 s'`);
    const lease = await store.store().acquireLease({ name: source, holder: 'other', seconds: 60 });
    const page = { jobs: toJobs(...records(50, 'Fail')), rejections: [] };
    await expect(store.store().writePage({ ...old, ...page })).rejects.toMatchObject({ code: 'fence_lost' });
    expect(await countEvents()).toEqual({ events: 0, jobs: 0 });
    await store.store().writePage({ ...old, fence: lease?.fence ?? 0, ...page });
    expect(await countEvents()).toEqual({ events: 50, jobs: 50 });
  });

  it('when the connection of a writer is cut at any moment, and the page is written again', async () => {
    const jobs = records(200, 'Fail');
    for (const afterMs of [0, 3, 8, 15, 30]) {
      const victim = createDatabase({ url: `${store.db.url}?application_name=victim`, connections: 1 });
      const page = { ...store.run(), jobs: toJobs(...jobs), rejections: [] };
      const writing = createSyncStore(victim)
        .writePage(page)
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await store.db.database.query(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query like '%incoming as materialized%'`);
      await writing;
      await victim.close();
      const stored = await store.select<{ failed: number }>(
        `select count(*)::int as failed from mps.job where state = 'Fail'`,
      );
      expect((await countEvents())?.events).toBe(stored[0]?.failed);
    }
    await store.writeRecords(...jobs);
    expect(await countEvents()).toEqual({ events: 200, jobs: 200 });
  });
});
