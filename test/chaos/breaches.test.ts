import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { JobModel } from '#simulator/job-model.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';
import { findBreaches } from './breaches.ts';

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
  async function findAfterRun(startedAt: number): Promise<string[]> {
    await store.writeRecords(record('Snapshoting'));
    await database().query(sql`
      insert into mps.sync_run (source, started_at, finished_at, outcome, window_from, window_to)
      values ('default', ${new Date(startedAt).toISOString()}::timestamptz, now(), 'completed',
        now() - interval '1 hour', now() - interval '5 seconds')`);
    await store.writeRecords(record('Success'));
    const model = new JobModel();
    const life = { submittedAt: now - 30 * minute, startedAt: now - 20 * minute, finishedAt: now - 10 * minute };
    model.add({ id: 'slow', pipelineId: 'p', ...life, describe: record });
    const found = await findBreaches(database(), model, ['default']);
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
});
