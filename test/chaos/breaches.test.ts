import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { JobModel } from '#simulator/job-model.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';
import { findBreaches, forbidden } from './breaches.ts';
import type { StaleSpell } from './overlooked-ends.ts';

const store = useStore();
const database = () => store.db.database;
const ended = (Id: string) => makeRecord({ Id, State: 'Success' });

/** What another source holds when it reads the same list. */
const storeAsKilled = (but: string) =>
  database().query(sql`
    insert into mps.job (source, id, creation_time, raw)
    select 'killed', id, creation_time, raw from mps.job where id <> ${but}`);

function listing(...jobs: Record<string, unknown>[]): JobModel {
  const model = new JobModel();
  model.addMany(jobs);
  return model;
}

describe('the comparison with MPS', () => {
  const jobs = ['a', 'b', 'c'].map(ended);

  it('finds nothing where each source holds every job as it is listed', async () => {
    await store.writeRecords(...jobs);
    await storeAsKilled('none');
    expect(await findBreaches(database(), listing(...jobs), ['default', 'killed'])).toEqual([]);
  });

  it('finds a job that one source lacks although another holds it', async () => {
    await store.writeRecords(...jobs);
    await storeAsKilled('b');
    const found = await findBreaches(database(), listing(...jobs), ['default', 'killed']);
    expect(found).toEqual(['killed: 1 jobs that MPS lists are not stored (I1)']);
  });

  it('finds a job that is stored otherwise, one that MPS does not list, and a source that nobody reads', async () => {
    const [, b, c] = jobs;
    await store.writeRecords(...jobs);
    await storeAsKilled('none');
    const found = await findBreaches(database(), listing({ ...b, Count: '77' }, { ...c }), ['default']);
    expect(found).toEqual([
      'default: 1 jobs are stored otherwise than MPS lists them (I1)',
      "default: 1 stored jobs are not MPS's (I1)",
      '3 jobs are stored of sources that nobody reads (I1)',
    ]);
  });
});

describe('a run that was completed', () => {
  const minute = 60_000;
  const now = Math.floor(Date.now() / 1000) * 1000;
  const record = (State: string) =>
    makeRecord({ Id: 'slow', State, CreationTime: `${new Date(now - 30 * minute).toISOString().slice(0, 19)}Z` });

  /** Of a job that ended ten minutes ago and that is found to have ended only after a run that began `startedAt`. */
  async function findAfterRun(startedAt: number, stale: readonly StaleSpell[] = []): Promise<string[]> {
    await store.writeRecords(record('Snapshoting'));
    await database().query(sql`
      insert into mps.sync_run (source, started_at, finished_at, outcome, window_from, window_to)
      values ('default', ${new Date(startedAt).toISOString()}::timestamptz, now(), 'completed',
        now() - interval '1 hour', now() - interval '5 seconds')`);
    await store.writeRecords(record('Success'));
    const model = new JobModel();
    const life = { submittedAt: now - 30 * minute, startedAt: now - 20 * minute, finishedAt: now - 10 * minute };
    model.add({ id: 'slow', pipelineId: 'p', ...life, describe: record });
    const found = await findBreaches(database(), model, ['default'], stale);
    return found.filter((breach) => breach.includes('ends of jobs'));
  }

  it('is a breach when it did not see the end of a job that had ended before', async () => {
    expect(await findAfterRun(now - minute)).toEqual([
      expect.stringMatching(/^default: 1 runs were completed without ends of jobs, such as run \d+ \(I2\)$/),
    ]);
  });

  it('is none when the job ended after it began', async () => {
    expect(await findAfterRun(now - 11 * minute)).toEqual([]);
  });

  const old = { from: now - minute, to: now + minute };

  it('is none when what it was told was as old as the end of the job, and a breach when it was less old', async () => {
    expect(await findAfterRun(now - minute, [{ ...old, ms: 9.5 * minute }])).toEqual([]);
    expect(await findAfterRun(now - minute, [{ ...old, ms: 8.5 * minute }])).toHaveLength(1);
  });

  it('is a breach when answers were old only before it began', async () => {
    expect(await findAfterRun(now - minute, [{ from: 0, to: now - 2 * minute, ms: 9.5 * minute }])).toHaveLength(1);
  });
});

describe('what must not be found', () => {
  const jobs = [makeRecord({ Id: 'a', State: 'Success' }), makeRecord({ Id: 'f', State: 'Fail' })];

  async function storeBoth(): Promise<void> {
    await store.writeRecords(makeRecord({ ...jobs[0], State: 'Submitted' }));
    await store.writeRecords(...jobs);
  }

  /** The names of the breaches. */
  async function find(): Promise<string[]> {
    const found = await findBreaches(database(), listing(...jobs), ['default']);
    return Object.keys(forbidden).filter((name) => found.some((breach) => breach.startsWith(name)));
  }

  const asIf = {
    'a state went back (I3)': sql`
      update mps.job_transition set from_state = 'Success', to_state = 'Fail' where from_state = 'Submitted'`,
    'a run wrote after another had taken over (I5)': sql`
      insert into mps.sync_run (source, fence, started_at)
      select source, fence + 1, now() - interval '1 hour' from mps.sync_run`,
    'a transition is recorded twice (I6)': sql`
      insert into mps.job_transition (source, job_id, job_creation_time, from_state, to_state, observed_at)
      select source, job_id, job_creation_time, from_state, to_state, observed_at + interval '1 second'
      from mps.job_transition where from_state = 'Submitted'`,
    'a history does not begin once with a first sighting (I6)': sql`
      delete from mps.job_transition where from_state is null`,
    'a history does not lead to the stored state (I6)': sql`
      update mps.job_transition set to_state = 'Snapshoting' where from_state = 'Submitted'`,
    'a step of a history is missing (I6)': sql`
      update mps.job_transition set from_state = 'Snapshoting' where from_state = 'Submitted'`,
    'a failure has not exactly one event (I7)': sql`delete from mps.alert_event`,
    'a job is taken to be missing (I1)': sql`update mps.job set missing_since = now() where id = 'a'`,
    'a record was rejected (I1)': sql`
      insert into mps.rejected_record (source, run_id, original, reason) values ('default', 1, '{}', 'no id')`,
    'the counts are not those of the jobs': sql`update mps.job_hourly set jobs = jobs + 1`,
    'a gap is left where a run was completed (I2)': sql`
      insert into mps.sync_run (source, outcome, window_to) values ('default', 'completed', now())`,
  };

  it('is nothing in what was stored as it should be', async () => {
    await storeBoth();
    expect(await find()).toEqual([]);
  });

  it('has an example here each', () => {
    expect(Object.keys(asIf)).toEqual(Object.keys(forbidden));
  });

  it.each(Object.entries(asIf))('is found: %s', async (name, change) => {
    await storeBoth();
    await database().query(change);
    expect(await find()).toContain(name);
  });

  it('is any step from a state that ends a job, also to none or to an unknown one', async () => {
    await storeBoth();
    for (const to of ['Submitted', 'Snapshoting', 'Success', 'Paused', null]) {
      await database().query(sql`
        update mps.job_transition set from_state = 'Fail', to_state = ${to}::text where from_state is not null`);
      expect(await find()).toContain('a state went back (I3)');
    }
  });

  it('is a page that was begun before a takeover and committed after it', async () => {
    await storeBoth();
    const { runId, fence } = store.run();
    await inTransaction(database(), async (transaction) => {
      await transaction.query(sql`
        update mps.job set raw = raw || '{"Count": "9"}', run_id = ${runId} where id = 'a'`);
      await store.store().insertRun({ source: 'default', fence: fence + 1 });
    });
    expect(await find()).toEqual(['a run wrote after another had taken over (I5)']);
  });
});
