import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber, parseExactJson, toJsonText } from '#core/exact-json.ts';
import { parseRecords, type StorableJob } from '#core/job.ts';
import { jobColumns } from '#db/select-job-lines.ts';
import { readAnswer } from '#mps/answer.ts';
import { documentedRecord } from '../db/sample-jobs.ts';
import { emptyTables } from '../db/store-fixture.ts';
import { useView } from '../view/use-view.ts';
import { parseCsv } from './csv.ts';
import { toLimitMs, toRuns } from './effort.ts';
import { hostileWord } from './hostile-words.ts';

const { createApp, startWriter, db } = useView({ emptyBefore: 'all' });
const now = Date.parse('2026-03-02T10:30:00Z');
const createdAt = '2026-03-02T10:00:00Z';

const number = fc.oneof(
  fc.constantFrom('0', '-1', '12345678901234567890', '1.50', '1e400', '-0', '1E-7', '1e1001', '999999999999999999'),
  fc.tuple(fc.bigInt(), fc.nat(99)).map(([whole, more]) => `${whole}.${more}`),
);
/** What a field may be sent as, whatever is documented. */
const oddValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileWord,
    fc.constantFrom('=1+1', '\t@x', '-2', 'a,"b"\r\nc', '<b>&amp;</b>', "'", '\u202e\u2066', '', '*', 'p*', '..', '/'),
    number.map((text) => new ExactNumber(text)),
    fc.constantFrom(null, true, false, {}, []),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(hostileWord, fc.constantFrom('Object', 'Bucket', '__proto__')), tie('value'), {
      maxKeys: 3,
    }),
  ),
})).value;

/** The documented value with some of its parts odd, or left out. */
function near(value: unknown): fc.Arbitrary<unknown> {
  const own =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fc.record(Object.fromEntries(Object.entries(value).map(([name, field]) => [name, near(field)])), {
          requiredKeys: [],
        })
      : fc.constant(value);
  return fc.oneof({ weight: 3, arbitrary: own }, oddValue);
}

/** An id may be anything without a space. The two that every client takes for a step in a path are found by `?id=` alone. */
const id = fc
  .oneof(
    fc.uuid(),
    hostileWord.map((word) =>
      word
        .toWellFormed()
        .replaceAll(/[\s\0]/g, '_')
        .slice(0, 200),
    ),
    fc.constantFrom('a/b', '%2F', '?', '#', 'a,b', '*', '=1', '...', '../x', '\u202e', '😀', 'null', '-1'),
  )
  .filter((text) => /^[^\s\0\p{Cs}]{1,256}$/u.test(text) && !/^\.\.?$/.test(text));

const record = fc
  .tuple(
    near(documentedRecord),
    id,
    fc.dictionary(hostileWord, oddValue, { maxKeys: 2 }),
    fc.constantFrom('Fail', 'Fail', 'Success', undefined),
  )
  .map(([fields, Id, more, State]) => ({
    ...(typeof fields === 'object' ? fields : {}),
    ...more,
    ...(State === undefined ? {} : { State }),
    Id,
    CreationTime: createdAt,
  }));

/** From the text that MPS would send to the row that is stored. */
async function store(records: readonly object[], source: string): Promise<readonly StorableJob[]> {
  await emptyTables(db.database);
  const writer = await startWriter(source);
  const text = `{"RequestId":"r","SnapshotJobList":{"SnapshotJob":${toJsonText(records)}}}`;
  const answer = readAnswer({ status: 200, headers: {}, text }, { withToken: false, now });
  const { jobs, rejections } = parseRecords(answer.records);
  expect(jobs).toHaveLength(records.length);
  await writer.store.writePage({ source, runId: writer.runId, fence: writer.fence, jobs, rejections });
  await writer.finish('completed');
  for (const job of jobs) {
    const found = await db.database.query<{ same: boolean }>(
      sql`select raw = ${job.text}::jsonb as same from mps.job where source = ${source} and id = ${job.id}`,
    );
    expect(found).toEqual([{ same: true }]);
  }
  return jobs;
}

const fixed = [
  ...['/', '/jobs', '/failures?range=7d', '/runs', '/alerts', '/docs', '/metrics'],
  ...[
    '/v1/jobs?include=raw',
    '/v1/failures',
    '/v1/stats',
    '/v1/runs',
    '/v1/health',
    '/v1/alerts',
    '/v1/export?include=raw',
  ],
];
const toAddresses = ({ id: of }: StorableJob) =>
  ['/jobs/ID', '/v1/jobs/ID?include=raw', '/v1/jobs/ID/transitions', '/v1/jobs?id=ID'].map((path) =>
    path.replace('ID', () => encodeURIComponent(path.includes('?id=') ? of.replaceAll(',', '') || 'x' : of)),
  );

const decodeHtml = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );
const toLinks = (html: string) =>
  [...html.matchAll(/ href="(\/[^"]*)"/g)]
    .map(([, path = '']) => decodeHtml(path).replace(/#.*/, ''))
    .filter((path) => !path.startsWith('/assets/'));

const sample = /^(# (HELP|TYPE) mps_sync_\w+ .+|mps_sync_\w+(\{(\w+="(\\[\\"n]|[^"\\\n])*",?)*\})? -?[\d.e+-]+)$/;

/** What a line of CSV has for a value: a text that a spreadsheet would take for a formula has an apostrophe before it. */
const toCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return toJsonText(value);
  return /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
};

describe('a record of any fields, once it is stored', () => {
  it('is shown by every page, route and link, and is the same wherever it is', {
    timeout: toLimitMs(240_000),
  }, async () => {
    const app = createApp({ writer: db.database, now: () => now });
    const get = async (path: string) => {
      const answer = await app.request(path, { headers: { accept: '*/*' } });
      const text = await answer.text();
      expect([path, answer.status, answer.status === 200 ? '' : text]).toEqual([path, 200, '']);
      return text;
    };
    const records = fc.uniqueArray(record, { minLength: 1, maxLength: 3, selector: ({ Id }) => Id });
    const sources = fc.constantFrom('default', 'cn.1', 'A-b_c');
    await fc.assert(
      fc.asyncProperty(records, sources, async (given, source) => {
        const jobs = await store(given, source);
        const asked = new Set([...fixed, ...jobs.flatMap(toAddresses)]);
        const links = new Set<string>();
        for (const path of asked) {
          const text = await get(path);
          if (text.startsWith('<!doctype')) for (const link of toLinks(text)) if (!asked.has(link)) links.add(link);
        }
        for (const link of links) {
          // A filter has no comma, no space around it and no more than a thousand characters: it is tidied or refused.
          if (link.startsWith('/jobs?')) expect([200, 303, 400]).toContain((await app.request(link)).status);
          else await get(link);
        }
        for (const line of (await get('/metrics')).trimEnd().split('\n')) expect(line).toMatch(sample);

        const list = parseExactJson(await get('/v1/jobs?include=raw')) as { jobs: Record<string, unknown>[] };
        const lines = (await get('/v1/export?include=raw')).trimEnd().split('\n').map(parseExactJson);
        expect(lines).toEqual(list.jobs);
        expect(lines.map((line) => (line as { id: string }).id).sort()).toEqual(jobs.map((job) => job.id).sort());
        const [heading, ...rows] = parseCsv(await get('/v1/export?format=csv&include=raw'));
        expect(heading).toEqual([...jobColumns, 'raw']);
        const rawTexts = (await get('/v1/export?include=raw'))
          .trimEnd()
          .split('\n')
          .map((line) => /,"raw":(.*)\}$/s.exec(line)?.[1]);
        expect(rows).toEqual(
          list.jobs.map((job, index) => [...jobColumns.map((name) => toCell(job[name])), rawTexts[index]]),
        );
      }),
      // Each example is some hundred requests: a long run tries a tenth of what it is told to.
      { numRuns: Math.ceil(toRuns(80) / 10) },
    );
  });
});
