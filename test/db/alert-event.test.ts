import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { makeRecord } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const store = useStore();

const events = () =>
  store.select<{ job_id: string; first_sighting: boolean; code: string }>(
    'select job_id, first_sighting, code from mps.alert_event order by job_id',
  );
const state = (record: Record<string, unknown>, State: string, more = {}) => ({ ...record, State, ...more });

describe('a job that fails', () => {
  it('makes one event with the write that stores it, by how it was first seen', async () => {
    const [seen, early, fine] = [makeRecord({ Id: 'a' }), makeRecord({ Id: 'b' }), makeRecord({ Id: 'c' })];
    await store.writeRecords(state(seen, 'Submitted'), state(early, 'Fail', { Code: 'X' }), state(fine, 'Success'));
    await store.writeRecords(state(seen, 'Fail', { Code: 'Y' }));
    expect(await events()).toEqual([
      { job_id: 'a', first_sighting: false, code: 'Y' },
      { job_id: 'b', first_sighting: true, code: 'X' },
    ]);
  });

  it('makes no second event when it is read again, changes its text, or fails once more', async () => {
    const job = makeRecord({ Id: 'a' });
    await store.writeRecords(state(job, 'Fail'));
    await store.writeRecords(state(job, 'Fail'));
    await store.writeRecords(state(job, 'Fail', { Message: 'in other words' }));
    await store.writeRecords(state(job, 'Success'));
    await store.writeRecords(state(job, 'Fail'));
    expect(await events()).toHaveLength(1);
  });

  it('makes no event when its page is refused', async () => {
    await store.db.database.query(sql`update mps.lease set fence = fence + 1`);
    await expect(store.writeRecords(state(makeRecord(), 'Fail'))).rejects.toMatchObject({ code: 'fence_lost' });
    expect(await events()).toEqual([]);
  });

  it('makes exactly one event for each of a page of three hundred, also when its plan was made for a small page', async () => {
    const jobs = Array.from({ length: 300 }, (_, index) => makeRecord({ Id: `job-${index}` }));
    await store.writeRecords(...jobs.map((job) => state(job, 'Submitted')));
    for (let round = 0; round < 8; round++)
      await store.writeRecords(state(makeRecord({ Id: `first-${round}` }), 'Submitted'));
    await store.writeRecords(...jobs.map((job, index) => state(job, index % 3 ? 'Fail' : 'Success')));
    expect(await events()).toHaveLength(200);
  });
});
