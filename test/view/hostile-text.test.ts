import { describe, expect, it } from 'vitest';
import { assets } from '#view/assets/asset.ts';
import { toVisible, toVisibleJson } from '#view/pages/visible-text.ts';
import { documentedRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView();

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</title></pre></noscript><script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  'javascript:alert(1)',
  '\u202Egnp.exe\u2066\u200B\u001B[31m\u0085',
];

/** The value with every text in it replaced. */
function poison(value: unknown, attack: string): unknown {
  if (typeof value === 'string') return attack;
  if (Array.isArray(value)) return value.map((item) => poison(item, attack));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, poison(field, attack)]));
}

describe.each(attacks)('a job full of %j', (attack) => {
  it('comes out of the pages as text, and out of the API as it is', async () => {
    const id = attack.replace(/\s/g, '\u00a0').replaceAll('\u00a0', '_');
    const record = {
      ...(poison(documentedRecord, attack) as object),
      [attack]: attack,
      Id: id,
      CreationTime: documentedRecord.CreationTime,
    };
    await (await startWriter(attack)).write(record);
    await startWriter('another');
    const app = createApp({ sourceSummary: attack });
    const filters = ['source', 'state', 'input', 'created_from'].map((name) => `${name}=${encodeURIComponent(attack)}`);
    const paths = [
      '/',
      '/jobs',
      ...filters.map((filter) => `/jobs?${filter}`),
      '/failures?range=30d',
      '/runs',
      '/alerts',
      `/alerts?source=${encodeURIComponent(attack)}`,
      '/docs',
    ];
    for (const path of [...paths, `/jobs/${encodeURIComponent(id)}`, `/?${encodeURIComponent(attack)}=1`]) {
      const html = await (await app.request(path, { headers: { accept: 'text/html' } })).text();
      const own = assets.map((asset) => `<script src="${asset.path}" defer=""></script>`);
      const left = own.reduce((text, script) => text.replace(script, ''), html);
      expect(left.match(/<(script|img|svg)\b/g) ?? []).toEqual([]);
      expect(html).not.toMatch(/<[a-z]+[^>"]*(?:"[^"]*"[^>"]*)*\son[a-z]+=/i);
      expect(html).not.toMatch(/(href|src)="(?!\/|#|data:image)/);
      // A field of a form sends what it holds, and a button copies it: unseen characters included.
      expect(html.replace(/<input\b[^>]*>| data-copy="[^"]*"/g, '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
    const answer = await app.request(`/v1/jobs/${encodeURIComponent(id)}?include=raw`);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.json()).toMatchObject({ id, message: attack, raw: record });
  });
});

describe('texts of a megabyte', () => {
  it('are shown by every page and route, and found again', async () => {
    const text = `${'長'.repeat(300_000)}<script>`;
    const record = {
      ...documentedRecord,
      Id: 'long',
      State: 'Fail',
      Message: text,
      UserData: text,
      Code: text,
      Input: { Object: text },
    };
    await (await startWriter()).write(record);
    const app = createApp();
    const paths = [
      '/',
      '/jobs?state=Fail',
      '/failures?range=30d',
      '/jobs/long',
      '/v1/jobs?state=Fail',
      '/v1/export',
      '/metrics',
    ];
    for (const path of paths) {
      const answer = await app.request(path, { headers: { accept: 'text/html' } });
      expect(answer.status, path).toBe(200);
      expect((await answer.text()).replaceAll(/<script src="[^"]*" defer="">/g, ''), path).not.toMatch(
        path.startsWith('/v1') ? /^$/ : /<script>/,
      );
    }
    expect(await (await app.request('/v1/jobs/long?include=raw')).json()).toMatchObject({ message: text, raw: record });
  }, 60_000);

  it('make a group of failures by their beginning, which leads to the jobs', async () => {
    const created = Math.floor(Date.now() / 1000) - 60;
    const code = 'Long'.repeat(50);
    const fields = { State: 'Fail', CreationTime: new Date(created * 1000).toISOString() };
    const writer = await startWriter();
    await writer.write(
      { ...documentedRecord, ...fields, Id: 'a', Code: code, PipelineId: code },
      { ...documentedRecord, ...fields, Id: 'b', Code: 'Long', PipelineId: code },
    );
    const app = createApp();
    const html = await (await app.request('/failures', { headers: { accept: 'text/html' } })).text();
    const [, href = ''] = /href="(\/jobs\?[^"]*code=LongLong[^"]*)"/.exec(html) ?? [];
    const found = await (await app.request(`/v1${href.replaceAll('&amp;', '&')}`)).json();
    expect(found).toMatchObject({ jobs: [{ id: 'a' }], next_cursor: null });
  });
});

describe('failures without a code or a pipeline', () => {
  it('lead to their jobs, and to no others', async () => {
    const created = Math.floor(Date.now() / 1000) - 60;
    const fields = { State: 'Fail', CreationTime: new Date(created * 1000).toISOString() };
    await (await startWriter()).write(
      { ...documentedRecord, ...fields, Id: 'a', Code: '', PipelineId: 'p1' },
      { ...documentedRecord, ...fields, Id: 'b', Code: 'Bad', PipelineId: 'p1' },
      { ...documentedRecord, ...fields, Id: 'c', Code: '', PipelineId: '' },
    );
    const app = createApp();
    for (const [path, part, ids] of [
      ['/failures', 'pipeline=p1&amp;without=code', ['a']],
      ['/failures', 'without=pipeline%2Ccode', ['c']],
      ['/', 'without=code', ['c', 'a']],
      ['/', 'without=pipeline', ['c']],
    ] as const) {
      const html = await (await app.request(path, { headers: { accept: 'text/html' } })).text();
      const href = [...html.matchAll(/href="(\/jobs\?[^"]*)"/g)].find(([, link = '']) => link.endsWith(part))?.[1];
      const link = href?.replaceAll('&amp;', '&') ?? '';
      expect(await (await app.request(`/v1${link}`)).json()).toMatchObject({ jobs: ids.map((id) => ({ id })) });
      const page = await app.request(link, { headers: { accept: 'text/html' } });
      expect(await page.text()).toMatch(/Only jobs.* without <bdi>(code|pipeline)/);
    }
  });
});

describe('unseen characters', () => {
  it.each([
    { text: 'plain ü 中 👩‍💻 שלום', shown: 'plain ü 中 👩‍💻 שלום' },
    { text: 'a\u202eb', shown: 'a⟨U+202E⟩b' },
    { text: 'a\nb\tc\0', shown: 'a⟨U+000A⟩b⟨U+0009⟩c⟨U+0000⟩' },
    { text: '\u{e0041}', shown: '⟨U+E0041⟩' },
  ])('are named: $shown', ({ text, shown }) => {
    expect(toVisible(text)).toBe(shown);
  });

  it('are escaped in JSON, which stays the same JSON', () => {
    const value = { 'k\u202e': ['\u0085\u200b\u{e0041}\n', 1, null] };
    const text = toVisibleJson(value);
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
