import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { noCounts, type RunReport } from '#core/run.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';
import { readAgain } from './read-again.ts';

const store = useStore();
const database = () => store.db.database;
const report: RunReport = { source: 'default', outcome: 'completed', ...noCounts, unchanged: 1 };

beforeEach(() => store.writeRecords(makeRecord({ Id: 'a' })));

/** The breaches of a reading that tells this and does that. */
async function find(told: Partial<RunReport>, act: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const read = async () => {
    await act();
    return { ...report, ...told };
  };
  return (await readAgain(database(), 1, read)).breaches;
}

/** Those that are not of WAL, once each: other tests write some on the same server, and it is read again then. */
async function findWritten(...told: Parameters<typeof find>): Promise<string[]> {
  return [...new Set(await find(...told))].filter((breach) => !breach.includes('of WAL'));
}

describe('reading again', () => {
  it('breaches nothing where nothing was written', async () => {
    expect(await findWritten({})).toEqual([]);
  });

  it.each([{ outcome: 'partial' }, { unchanged: 0 }] as const)(
    'proves nothing where it was not all: %j',
    async (told) => {
      expect(await findWritten(told)).toEqual([expect.stringMatching(/^of 1 jobs .* \(I8 says nothing then\)$/)]);
    },
  );

  it.each([{ inserted: 1 }, { updated: 1 }, { transitions: 1 }])(
    'is a breach where it wrote a job: %j',
    async (told) => {
      expect(await findWritten(told)).toEqual(['a job that had not changed was written (I8)']);
    },
  );

  it('is a breach where a row is another than before', async () => {
    const rewrite = () => database().query(sql`update mps.job set raw = raw`);
    expect(await findWritten({}, rewrite)).toEqual(['rows of jobs were written although none had changed (I8)']);
  });

  it('is a breach where much WAL is written each time', async () => {
    const fill = () => database().query(sql`select pg_logical_emit_message(true, 'chaos', repeat('x', 60000))`);
    expect(await find({}, fill)).toEqual([
      expect.stringMatching(/^\d+ bytes of WAL although nothing had changed \(I8\)$/),
    ]);
  });
});
