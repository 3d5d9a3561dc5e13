import { describe, expect, it } from 'vitest';
import { JobsPage } from '#view/pages/jobs-page.tsx';
import { documentedRecord, makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView();

async function getPage(path: string, options = {}): Promise<{ status: number; html: string; text: string }> {
  const answer = await createApp(options).request(path, { headers: { accept: 'text/html' } });
  expect(answer.headers.get('content-type')).toContain('text/html');
  const html = await answer.text();
  return { status: answer.status, html, text: html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ') };
}

/** The address behind a link of a page. */
function findHref(html: string, label: string): string {
  const [, href] = new RegExp(`href="([^"]*)"[^>]*>(?:<[^>]*>)*${label}<`).exec(html) ?? [];
  if (href === undefined) throw new Error(`the page has no link "${label}"`);
  return href.replaceAll('&amp;', '&');
}

describe('the jobs page', () => {
  it('lists jobs newest first with their states, and says how fresh it is', async () => {
    const now = Date.parse('2026-03-01T00:00:00Z') / 1000;
    const writer = await startWriter('default', now - 3600);
    await writer.write(
      documentedRecord,
      makeRecord({ Id: 'newer', State: 'Fail', CreationTime: '2026-01-01T00:00:00Z' }),
    );
    await writer.cover(now - 3600, now - 6);
    await writer.finish('completed');
    const { status, html, text } = await getPage('/jobs', { now: () => now * 1000, sourceSummary: 'a simulator' });
    expect(status).toBe(200);
    expect(html).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(text).toMatch(/newer.*cc6cbef8e8d5481ca536f5d2a466/);
    expect(text).toContain('Fresh, 6 s behind');
    expect(text).toContain('a simulator');
    expect(html).toContain(
      '<time datetime="2021-06-30T12:34:29.000Z" title="2021-06-30T12:34:29.000Z (UTC)">2021-06-30 12:34:29</time>',
    );
  });

  it('can be used without sight, mouse or script', async () => {
    await (await startWriter()).write(documentedRecord);
    const { html } = await getPage('/jobs');
    expect(html).toContain('<caption');
    expect(html).toContain('<th scope="col"');
    expect(html).toContain('<th scope="row"');
    expect(html).toMatch(/<a class="skip" href="#main">.*<main id="main"/s);
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="15"/></noscript>');
    expect(html).toContain('name="viewport"');
  });

  it('has nothing that its content security policy forbids', async () => {
    await (await startWriter()).write(documentedRecord);
    const { html } = await getPage('/jobs');
    expect(html.match(/<script\b[^>]*>[^<]*/g)).toEqual([
      expect.stringMatching(/src="\/assets\/page\.[0-9a-f]+\.js"[^>]*>$/),
    ]);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  it('filters by state, marks the filter and keeps it while it pages', async () => {
    const records = Array.from({ length: 60 }, (_, index) => makeRecord({ Id: `fail-${index}.`, State: 'Fail' }));
    await (await startWriter()).write(...records, makeRecord({ Id: 'good', State: 'Success' }));
    const all = await getPage('/jobs');
    const first = await getPage(findHref(all.html, 'Fail'));
    expect(first.html).toMatch(/href="\/jobs\?state=Fail" aria-current="page"/);
    const second = await getPage(findHref(first.html, 'Older'));
    const shown = [first, second].flatMap(({ html }) => html.match(/(?<=<bdi>)fail-\d+\.(?=<)/g) ?? []);
    expect(new Set(shown).size).toBe(60);
    expect(shown).toHaveLength(60);
    expect(`${first.html}${second.html}`).not.toContain('>good<');
    expect(second.html).not.toContain('>Older<');
    expect(findHref(second.html, 'Newest')).toBe('/jobs?state=Fail');
  });

  it('says which filters of its address it applies', async () => {
    const { text } = await getPage('/jobs?pipeline=p1&state=Fail');
    expect(text).toContain('Only jobs with pipeline p1 ( remove )');
    expect(text).toContain('No job matches.');
  });

  it('explains that it is empty, and what comes next', async () => {
    expect((await getPage('/')).text).toMatch(/Empty.*No run yet:/);
    expect((await getPage('/jobs')).text).toMatch(/No jobs yet: the sync reads them from MPS/);
    const writer = await startWriter();
    expect((await getPage('/')).text).toMatch(/Nothing is read completely yet\..*A run is under way\./);
    await writer.cover(0, 1000);
    await writer.finish('partial', 'mps_throttled');
    expect((await getPage('/')).text).toMatch(/No run is complete yet.*The last run was partial \( mps_throttled \)/);
    expect((await getPage('/jobs')).text).toMatch(/Stale.*MPS lists none/);
  });

  it.each([
    {
      next: 'x',
      lookedTo: 1_767_225_600,
      says: /None among the jobs created since 2026-01-01 00:00:00.*Look further back/,
    },
    { next: 'x', lookedTo: undefined, says: /No job matches.*Older/ },
  ])('says how far it looked where more may be found ($lookedTo)', ({ next, lookedTo, says }) => {
    const frame = { sources: [], standbyLag: null, now: 1_767_300_000, sourceSummary: undefined, hasSessions: false };
    const query = new URLSearchParams('input=no*');
    const page = String(JobsPage({ frame, rows: [], nextCursor: next, lookedTo, query }));
    expect(page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).toMatch(says);
  });

  it('answers a bad address with a page that names the parameter', async () => {
    const { status, text } = await getPage('/jobs?colour=red');
    expect(status).toBe(400);
    expect(text).toContain('&quot;colour&quot; is no parameter');
  });
});

describe('the job page', () => {
  it('is linked from the list and shows fields, history and record', async () => {
    const writer = await startWriter();
    await writer.write({ ...documentedRecord, State: 'Submitted' });
    await writer.write(documentedRecord);
    const list = await getPage('/jobs');
    const { status, text, html } = await getPage(findHref(list.html, 'cc6cbef8e8d5481ca536f5d2a466'));
    expect(status).toBe(200);
    expect(text).toMatch(/pipeline_id b11c171cced04565b1f38f1ecc39\*{4}/);
    expect(text).toMatch(/Submitted first seen at .* Snapshoting between .* and .* UTC/);
    const [, raw = ''] = /<pre[^>]*>(.*?)<\/pre>/s.exec(html) ?? [];
    expect(JSON.parse(raw.replaceAll('&quot;', '"'))).toEqual(documentedRecord);
  });

  it.each(['/jobs/unknown', '/jobs/%00', '/nowhere'])('answers 404 with a page: %s', async (path) => {
    const { status, text } = await getPage(path);
    expect(status).toBe(404);
    expect(text).toContain('All jobs');
  });
});
