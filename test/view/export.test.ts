import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { jobColumns } from '#db/select-job-lines.ts';
import { exportPageSize } from '#view/export-jobs.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { createApp, db, get, getJson, startWriter } = useView();
const toLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>);

async function seed(count: number) {
  const writer = await startWriter();
  const records = Array.from({ length: count }, (_, index) =>
    makeRecord({ Id: `j${String(index).padStart(5, '0')}`, State: index % 3 ? 'Success' : 'Fail' }),
  );
  await writer.write(...records);
}

describe('an export', () => {
  it('as NDJSON says of each job what the list and the address of the job say, to the letter, in the same order', async () => {
    await seed(30);
    await (await startWriter('other')).write(
      makeRecord({ Id: 'odd', UserData: 'a"b\\\n', State: undefined, Count: 'x' }),
    );
    const { jobs } = await getJson<{ jobs: { id: string }[] }>('/v1/jobs?limit=1000&include=raw');
    const each = await Promise.all(jobs.map(({ id }) => getJson(`/v1/jobs/${id}?include=raw`)));
    expect(jobs).toEqual(each);
    const answer = await get('/v1/export?include=raw');
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="jobs.ndjson"');
    expect(toLines(await answer.text())).toEqual(jobs);
  });

  it('streams all jobs, over many pages, and each once', async () => {
    await startWriter();
    const count = exportPageSize * 2 + 5;
    await db.database.query(sql`select mps.ensure_partitions(array['2026-03-01Z'::timestamptz])`);
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select 'default', 'job' || n, '2026-03-01Z'::timestamptz + n / 7 * interval '1 second', '{}' from generate_series(1, ${count}::int) as n`);
    const lines = toLines(await (await get('/v1/export')).text());
    expect(lines).toHaveLength(count);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(count);
    const csv = await (await get('/v1/export?format=csv')).text();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(count + 1);
  });

  it('reads no further ahead of its reader than a page, however much there is', async () => {
    await startWriter();
    await db.database.query(sql`select mps.ensure_partitions(array['2026-03-01Z'::timestamptz])`);
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select 'default', 'job' || n, '2026-03-01Z', '{}' from generate_series(1, ${exportPageSize * 6}::int) as n`);
    let statements = 0;
    const counting: Database = {
      ...db.database,
      queryUpTo(statement, maxLength) {
        statements += 1;
        return db.database.queryUpTo(statement, maxLength);
      },
    };
    const answer = await createApp({ database: counting }).request('/v1/export');
    const reader = answer.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(statements).toBeLessThanOrEqual(4);
    await reader?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(statements).toBeGreaterThan(0);
    expect(statements).toBeLessThanOrEqual(4);
  });

  it('goes on behind any line that came through, with the same filters', async () => {
    await seed(20);
    const whole = toLines(await (await get('/v1/export?state=Fail&include=cursor')).text());
    expect(whole).toHaveLength(7);
    const cursor = whole[2]?.cursor;
    const rest = toLines(await (await get(`/v1/export?state=Fail&cursor=${cursor}`)).text());
    expect(rest.map(({ id }) => id)).toEqual(whole.slice(3).map(({ id }) => id));
    expect((await get(`/v1/export?state=Success&cursor=${cursor}`)).status).toBe(400);
  });

  it.each([
    { of: 'a limit', query: 'limit=8', env: {} },
    { of: 'a carrier that cannot stream', query: 'include=raw', env: { answerBytes: 20_000 } },
    { of: 'a carrier in which one job fills an answer', query: 'include=raw', env: { answerBytes: 10 } },
  ])('comes in parts because of $of, each of which leads to the next', async ({ query, env }) => {
    await seed(20);
    const seen: string[] = [];
    let [path, parts]: [string | null, number] = [`/v1/export?${query}`, 0];
    while (path !== null && parts < 30) {
      const answer: Response = await createApp().request(path, {}, env);
      seen.push(...toLines(await answer.text()).map(({ id = '' }) => id));
      const cursor = answer.headers.get('next-cursor');
      path = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      expect(path?.includes(`cursor=${cursor}`) ?? cursor === null).toBe(true);
      parts += 1;
    }
    expect(parts).toBeGreaterThan(1);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `j${String(19 - index).padStart(5, '0')}`));
  });
});

describe('an export as CSV', () => {
  const attacks = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', '=HYPERLINK("http://x","y")'];

  it.each(attacks)('makes no formula of %j', async (attack) => {
    await (await startWriter()).write(
      makeRecord({ Id: 'x', UserData: attack, Message: 'a "quoted", text\nof two lines' }),
    );
    const text = await (await get('/v1/export?format=csv')).text();
    expect(text).toContain(`,"'${attack.replaceAll('"', '""')}",`);
    expect(text).toContain('"a ""quoted"", text\nof two lines"');
    expect(text.split('\r\n')[0]).toBe(jobColumns.join(','));
  });

  it('has its heading once, above the part that begins it', async () => {
    await seed(4);
    const first = await get('/v1/export?format=csv&limit=2&include=cursor');
    const next = await get(`/v1/export?format=csv&limit=2&include=cursor&cursor=${first.headers.get('next-cursor')}`);
    const [one, two] = [await first.text(), await next.text()];
    expect(one.split('\r\n')[0]).toBe(`${jobColumns.join(',')},cursor`);
    expect(two).not.toContain('creation_time');
    expect(`${one}${two}`.trimEnd().split('\r\n')).toHaveLength(5);
    expect(first.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  });
});
