import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { selectJobs } from '#db/select-jobs.ts';
import { createCursors, toPayload } from '#view/cursor.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

interface JobList {
  jobs: { id: string; source: string; creation_time: string }[];
  next_cursor: string | null;
}

const { db, get, getJson, startWriter } = useView();

/** Every job of a list, page by page, as `source/id`. Between two pages something may happen. */
async function readAll(limit: number, meanwhile: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: JobList = await getJson(`/v1/jobs?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(page.jobs.length).toBe(page.next_cursor === null ? page.jobs.length : limit);
    seen.push(...page.jobs.map(({ source, id }) => `${source}/${id}`));
    cursor = page.next_cursor;
    await meanwhile();
  } while (cursor !== null && seen.length < 1000);
  return seen;
}

describe('paging', () => {
  it.each([1, 2, 3, 7, 30, 31])('gives each job once, in order, by %i, over ties in time and id', async (limit) => {
    const tie = { CreationTime: '2026-02-28T23:59:59Z' };
    const after = { CreationTime: '2026-03-01T00:00:00Z' };
    for (const source of ['b', 'a']) {
      const ids = ['1', '2', '10', 'A', 'a'];
      const records = [
        ...ids.map((Id) => makeRecord({ Id: `t${Id}`, ...tie })),
        ...ids.map((Id) => makeRecord({ Id: `u${Id}`, ...after })),
      ];
      await (await startWriter(source)).write(...records, ...ids.map((Id) => makeRecord({ Id: `v${Id}` })));
    }
    const rows = await db.database.query<{ name: string }>(sql`
      select source || '/' || id as name from mps.job order by creation_time desc, id desc, source`);
    const seen = await readAll(limit);
    expect(seen).toEqual(rows.map(({ name }) => name));
    expect(seen).toHaveLength(30);
  });

  it('neither repeats nor hides a job while newer ones arrive and others change', async () => {
    const writer = await startWriter();
    const old = Array.from({ length: 20 }, (_, index) =>
      makeRecord({ Id: `old${index}`, CreationTime: `2026-01-01T00:00:${10 + (index >> 2)}Z`, State: 'Submitted' }),
    );
    await writer.write(...old);
    let arrived = 0;
    const seen = await readAll(3, async () => {
      arrived += 1;
      await writer.write(makeRecord({ Id: `new${arrived}`, CreationTime: '2026-01-01T00:01:00Z' }), {
        ...old[arrived],
        State: 'Success',
      });
    });
    expect(seen.toSorted()).toEqual(old.map(({ Id }) => `default/${Id}`).toSorted());
  });

  it('keeps the filter while it pages', async () => {
    const records = Array.from({ length: 9 }, (_, index) =>
      makeRecord({ Id: `j${index}`, State: index % 3 ? 'Fail' : 'Success' }),
    );
    await (await startWriter()).write(...records);
    const first = await getJson<JobList>('/v1/jobs?state=Fail&limit=4');
    const second = await getJson<JobList>(`/v1/jobs?state=Fail&limit=4&cursor=${first.next_cursor}`);
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(['j8', 'j7', 'j5', 'j4', 'j2', 'j1']);
    expect(second.next_cursor).toBeNull();
  });

  it('goes on at times that are no whole seconds, and at the ends of time', async () => {
    await startWriter();
    const moments = [
      '2026-01-01T00:00:00.123456Z',
      '2026-01-01T00:00:00.123457Z',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ];
    await db.database.query(sql`select mps.ensure_partitions(${sql.param(moments)}::timestamptz[])`);
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw) select 'x', 'same', moment, '{}' from unnest(${sql.param(moments)}::timestamptz[]) as moment`);
    expect(await readAll(1)).toHaveLength(4);
  });

  it('reads a page behind a cursor through the index, in the partitions that can hold it only', async () => {
    const writer = await startWriter();
    for (const month of ['01', '02', '03']) {
      const records = Array.from({ length: 300 }, (_, second) =>
        makeRecord({ CreationTime: new Date(Date.parse(`2026-${month}-10T00:00:00Z`) + second * 1000).toISOString() }),
      );
      await writer.write(...records);
    }
    await db.database.query(sql`analyze mps.job`);
    const { jobs } = await getJson<JobList>('/v1/jobs?limit=1&created_to=2026-02-11T00:00:00Z');
    const statements: string[] = [];
    const [job = { id: '', source: '', creation_time: '' }] = jobs;
    const after = { id: job.id, source: job.source, creationTime: Date.parse(job.creation_time) / 1000 };
    await selectJobs(
      {
        ...db.database,
        queryUpTo: async (statement) => {
          const rows = await db.database.query<{ 'QUERY PLAN': string }>(sql`explain ${statement}`);
          statements.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          return { rows: [], isCut: false };
        },
      },
      { filter: {}, after, limit: 51, withRaw: false },
    );
    expect(statements[0]).toMatch(/Index Scan/);
    expect(statements[0]).not.toMatch(/Seq Scan|job_y2026m03/);
  });
});

describe('a cursor', () => {
  it.each([
    { creationTime: 1_625_056_469, id: 'cc6cbef8e8d5481ca536f5d2a466****', source: 'default' },
    { creationTime: 0.5, id: '💥'.repeat(250), source: 'ü' },
  ])('comes back as it was made, and is fit for a URL', (position) => {
    const cursors = createCursors('secret');
    const cursor = cursors.write('list', toPayload(position));
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(cursors.readPosition('list', cursor)).toEqual(position);
  });

  it('is refused when a bit of it was changed, for another list, and by another secret', () => {
    const cursors = createCursors('secret');
    const cursor = cursors.write('list', [1, 'a', 'b']);
    const bytes = Buffer.from(cursor, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect(() => cursors.readPosition('list', forged.toString('base64url'))).toThrow('"cursor" must be');
    }
    expect(() => cursors.readPosition('list', cursor.slice(0, 5))).toThrow('"cursor" must be');
    expect(() => cursors.readPosition('another list', cursor)).toThrow('"cursor" must be');
    expect(() => createCursors('another').readPosition('list', cursor)).toThrow('"cursor" must be');
  });

  it('belongs to its filters, in whatever order they are given, and not to the size of its page', async () => {
    const records = ['1', '2', '3'].map((Id) => makeRecord({ Id, State: 'Fail' }));
    await (await startWriter()).write(...records);
    const { next_cursor } = await getJson<JobList>('/v1/jobs?state=Fail&source=default&limit=1');
    const more = `limit=2&include=raw&cursor=${next_cursor}`;
    const { jobs } = await getJson<JobList>(`/v1/jobs?source=default&state=Fail&${more}`);
    expect(jobs.map(({ id }) => id)).toEqual(['2', '1']);
    expect((await get(`/v1/jobs?state=Success&source=default&${more}`)).status).toBe(400);
    expect((await get(`/v1/export?state=Fail&source=default&cursor=${next_cursor}`)).status).toBe(400);
  });
});
