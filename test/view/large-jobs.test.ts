import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createReader } from '#db/reader.ts';
import { carriers } from '#view/context.ts';
import { useView } from './use-view.ts';

const { db, createApp, startWriter } = useView({ emptyBefore: 'all' });
const count = 60;
const megabyte = 1_000_000;
const ids = Array.from({ length: count }, (_, n) => `big${String(n).padStart(3, '0')}`).reverse();

/** The first sixteen. */
const some = 'created_to=2026-03-01T00:00:16Z';

/** Jobs whose user data are a megabyte each, which a program counts in bytes and Postgres keeps compressed. */
beforeAll(async () => {
  await startWriter();
  await db.database.query(sql`select mps.ensure_partitions(array['2026-03-01Z'::timestamptz])`);
  await db.database.query(sql`
    insert into mps.job (source, id, creation_time, raw)
    select 'default', 'big' || lpad(n::text, 3, '0'), '2026-03-01Z'::timestamptz + n * interval '1 second',
      jsonb_build_object('State', 'Success', 'UserData', repeat('é"', ${megabyte / 4}::int))
    from generate_series(0, ${count - 1}::int) as n`);
}, 60_000);

interface Answered {
  readonly bytes: number;
  readonly ids: readonly string[];
  readonly next: string | null;
}

async function readPage(path: string, env: object): Promise<Answered> {
  const answer = await createApp().request(path, {}, env);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const { jobs, next_cursor: next } = JSON.parse(text) as { jobs: { id: string }[]; next_cursor: string | null };
  return { bytes: Buffer.byteLength(text), ids: jobs.map(({ id }) => id), next };
}

async function readPart(path: string, env: object): Promise<Answered> {
  const answer = await createApp().request(path, {}, env);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const found = text.split('\n').flatMap((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? []);
  return { bytes: Buffer.byteLength(text), ids: found, next: answer.headers.get('next-cursor') };
}

describe('jobs of a megabyte each', () => {
  it.each([
    { of: 'a list', path: '/v1/jobs?limit=1000', read: readPage, carrier: 'function-compute' as const },
    { of: 'a list with records', path: '/v1/jobs?limit=1000&include=raw', read: readPage, carrier: 'lambda' as const },
    { of: 'a list of found ones', path: '/v1/jobs?state=Success&limit=15', read: readPage, carrier: 'lambda' as const },
    { of: 'an export', path: '/v1/export?include=raw', read: readPart, carrier: 'function-compute' as const },
  ])(
    'come in answers that $carrier can carry, each once: $of',
    async ({ path, read, carrier }) => {
      const { answerBytes = 0 } = carriers[carrier];
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const page: Answered = await read(
          `${path}&${some}${next === null ? '' : `&cursor=${next}`}`,
          carriers[carrier],
        );
        expect(page.bytes).toBeLessThan(answerBytes + 1_000);
        expect(page.ids.length).toBeGreaterThan(0);
        seen.push(...page.ids);
        next = page.next;
      } while (next !== null);
      expect(seen).toEqual(ids.slice(-16));
    },
    60_000,
  );

  it('are shown by the pages, some at a time', async () => {
    const answer = await createApp().request('/jobs', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('cursor=');
  });

  it('are exported in a process that has memory for a few', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--max-old-space-size=96', '--import', 'tsx', 'test/view/export-child.ts'],
      ...[db.url, '/v1/export?include=raw'],
    ]);
    const told = JSON.parse(stdout) as { status: number; bytes: number; lines: number; peakMb: number };
    expect(told).toMatchObject({ status: 200, lines: count });
    expect(told.bytes).toBeGreaterThan(count * 2 * megabyte);
    expect(told.peakMb).toBeLessThan(320);
  }, 60_000);

  it('are taken by a reader until they are enough, and its next statement finds a connection', async () => {
    const reader = createReader({ url: db.url, connections: 1, statementTimeoutMs: 10_000 });
    const all = sql`select id, user_data from mps.job order by id desc`;
    const taken = await reader.queryUpTo<{ id: string }>(all, 2.2 * megabyte);
    expect(taken.isCut).toBe(true);
    expect(taken.rows.map(({ id }) => id)).toEqual(ids.slice(0, 5));
    expect(await reader.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    expect(await reader.queryUpTo(sql`select 1 as one`, 10)).toEqual({ rows: [{ one: 1 }], isCut: false });
    await expect(reader.queryUpTo(sql`select 1/0`, 10)).rejects.toMatchObject({ code: 'database_rejected' });
    await reader.close();
  });

  it('leave the limit of time as it is', async () => {
    const reader = createReader({ url: db.url, connections: 1, statementTimeoutMs: 200 });
    await expect(reader.queryUpTo(sql`select pg_sleep(20)`, 10)).rejects.toMatchObject({ code: 'database_slow' });
    expect(await reader.queryUpTo(sql`select 1 as one`, 10)).toEqual({ rows: [{ one: 1 }], isCut: false });
    await reader.close();
  });
});
