import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { serveView } from '../view/serve-view.ts';
import { useDashboard } from './dashboard.ts';
import { useBrowser } from './use-browser.ts';

const { openPage } = useBrowser();
const { createApp, db, seed, serve, startWriter } = useDashboard();

describe('on call at night', () => {
  it('sees in one glance how fresh the copy is and what it lacks', async () => {
    await seed();
    const page = await openPage((await serve()).url);
    expect(await page.locator('.top .pill').textContent()).toBe('Fresh, 6 s behind, with gaps');
    expect(await page.locator('#freshness').textContent()).toMatch(
      /Up to date: read up to 2026-03-02 18:29:54, 6 s ago\. 60 min before that still to be read: 2026-03-02 16:30:00 to 2026-03-02 17:30:00\./,
    );
    const time = page.locator('#freshness time').first();
    expect(await time.getAttribute('title')).toBe('2026-03-02T10:29:54.000Z (UTC)');
    expect(await page.locator('[data-zone]').textContent()).toContain('Asia/Shanghai');
  });

  it('goes from a group of failures to its jobs, to one of them, and to its record', async () => {
    const jobs = await seed();
    const page = await openPage(`${(await serve()).url}/failures`);
    const row = page.locator('.list tbody tr').first();
    const expected = Number(await row.locator('td[data-label=Failed]').textContent());
    await row.getByRole('link').first().click();
    await page.waitForURL(/\/jobs\?state=Fail.*code=/);
    expect(await page.locator('.list tbody tr').count()).toBe(Math.min(50, expected));
    await page.locator('.list tbody th a').first().click();
    await page.waitForURL(/\/jobs\/[0-9a-f]{32}/);
    const id = new URL(page.url()).pathname.split('/').at(-1);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(id);
    expect(await page.locator('.timeline').textContent()).toMatch(/Created at .*Fail first seen at/);
    expect(await page.locator('section', { hasText: 'Objects in OSS' }).last().textContent()).toContain(
      'oss://media-input/uploads/',
    );
    expect(await page.locator('section', { hasText: 'Configuration' }).last().textContent()).toMatch(
      /Width|Height|Time|Interval/,
    );
    expect(JSON.parse((await page.locator('#raw-text').textContent()) ?? '')).toEqual(jobs.find(({ Id }) => Id === id));
  });

  it('finds a job by the end of its name, which no list cuts off', async () => {
    await (await startWriter()).write(
      makeRecord({ Input: { Bucket: 'b', Object: `${'very-long-beginning%2F'.repeat(9)}the-end.mp4` } }),
    );
    const page = await openPage(`${(await serve()).url}/jobs`, { viewport: { width: 1280, height: 800 } });
    const cell = page.locator('td[data-label=Input]');
    const [box, tail] = [await cell.boundingBox(), await cell.locator('.ends > :last-child').boundingBox()];
    expect(await cell.locator('.ends > :last-child').textContent()).toMatch(/the-end\.mp4$/);
    expect((tail?.x ?? 0) + (tail?.width ?? 9_999)).toBeLessThanOrEqual((box?.x ?? 0) + (box?.width ?? 0));
  });

  it('filters by form, and the address keeps it', async () => {
    const jobs = await seed();
    const wanted = jobs.filter(({ UserData }) => String(UserData).startsWith('asset-1'));
    const page = await openPage(`${(await serve()).url}/jobs`);
    await page.keyboard.press('/');
    await page.getByLabel('User data').fill('asset-1*');
    await page.getByLabel('Created before').fill('2026-03-02');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/jobs\?user_data=asset-1\*&created_to=2026-03-02T00%3A00%3A00Z$/);
    const inTime = wanted.filter(({ CreationTime }) => String(CreationTime) < '2026-03-02');
    expect(await page.locator('.list tbody tr').count()).toBe(Math.min(50, inTime.length));
    await page.getByRole('link', { name: 'remove created_to' }).click();
    expect(new URL(page.url()).search).toBe('?user_data=asset-1*');
  });

  it('walks the list by keyboard alone', async () => {
    await seed();
    const page = await openPage(`${(await serve()).url}/jobs`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const first = await page.locator('.list tbody th a').first().getAttribute('href');
    expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe(first);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/jobs\/[0-9a-f]{32}/);
  });

  it('copies an id', async () => {
    const jobs = await seed();
    const page = await openPage(`${(await serve()).url}/jobs/${jobs[0]?.Id}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const button = page.getByRole('button', { name: 'Copy the id' });
    await button.click();
    await expect.poll(() => button.textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(jobs[0]?.Id);
  });
});

describe('the charts', () => {
  it('are drawn in a browser whose language is none', async () => {
    await seed();
    const page = await openPage((await serve()).url);
    await page.addInitScript(
      "Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix', configurable: true })",
    );
    await page.reload();
    expect(await page.evaluate('navigator.language')).toBe('en-US');
    expect(await page.locator('#states canvas').count()).toBe(1);
  });

  it('are drawn from the tables below them, which hold the exact numbers', async () => {
    const jobs = await seed();
    const page = await openPage((await serve()).url);
    expect(await page.locator('#states canvas').count()).toBe(1);
    expect(await page.locator('#rates canvas').count()).toBe(1);
    expect(await page.locator('#states details[open]').count()).toBe(0);
    await page.locator('#states summary').click();
    const values = await page
      .locator('#states td[data-value]')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(
      jobs.filter(({ CreationTime }) => String(CreationTime) >= '2026-03-01T11').length,
    );
    const isPainted = await page.evaluate(
      "document.querySelector('#states canvas').getContext('2d').getImageData(0, 0, 900, 380).data.some(Boolean)",
    );
    expect(isPainted).toBe(true);
  });
});

describe('without script', () => {
  it('every page still tells all it has, in UTC', async () => {
    await seed();
    const { url } = await serve();
    const page = await openPage(url, { javaScriptEnabled: false });
    expect(await page.locator('#states tbody tr').count()).toBe(24);
    expect(await page.locator('#states details[open]').count()).toBe(1);
    expect(await page.locator('#freshness').textContent()).toContain('2026-03-02 10:29:54 UTC');
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await page.getByRole('link', { name: 'Fail', exact: true }).click();
    expect(page.url()).toBe(`${url}/jobs?state=Fail`);
    expect(await page.locator('.copy').count()).toBe(0);
    await page.getByText('Filter and search').click();
    await page.getByLabel('Error code').fill('SnapshotTimeOut');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(`${url}/jobs?state=Fail&code=SnapshotTimeOut`);
    expect(await page.locator('.list tbody tr').count()).toBeGreaterThan(0);
  });
});

describe('a page that stays open', () => {
  it('shows what is new by itself, and says when it cannot', async () => {
    const writer = await startWriter();
    await writer.write(makeRecord({ Id: 'old', State: 'Submitted' }));
    let isAway = false;
    const app = createApp();
    const around = new Hono().all('*', (request) =>
      isAway ? new Response('', { status: 502 }) : app.fetch(request.req.raw),
    );
    const page = await openPage(`${(await serveView(around)).url}/jobs`);
    expect(await page.locator('.list tbody tr').count()).toBe(1);
    await writer.write(makeRecord({ Id: 'old', State: 'Fail' }), makeRecord({ Id: 'new' }));
    await expect.poll(() => page.locator('.list tbody tr').count(), { timeout: 9_000 }).toBe(2);
    isAway = true;
    await expect
      .poll(() => page.locator('#refresh-status').textContent(), { timeout: 9_000 })
      .toContain('the server answers 502');
    isAway = false;
    await expect.poll(() => page.locator('#refresh-status').textContent(), { timeout: 9_000 }).toBe('');
  }, 40_000);

  it('does not take a stale copy for the present', async () => {
    await seed();
    await db.database.query(sql`update mps.sync_run set outcome = 'failed', error_code = 'mps_unavailable'`);
    const page = await openPage((await serve()).url);
    expect(await page.locator('.top .pill').textContent()).toContain('Stale');
    expect(await page.locator('#freshness li.stale').textContent()).toMatch(
      /No run is complete yet.*The last run was failed \(mps_unavailable\)/,
    );
  });
});

describe('a link in a chat', () => {
  it('leads to its page without signing in anew, although its first request carries no cookie', async () => {
    const jobs = await seed();
    const { url } = await serve({ access: 'token', tokens: ['a-token'] });
    const target = `${url}/jobs/${jobs[0]?.Id}`;
    const chat = await serveView(
      new Hono().get('/', (request) => request.html(`<a href="${target}">a job failed</a>`)),
    );
    const page = await openPage(`${url}/sign-in`);
    await page.getByLabel('Token').fill('a-token');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/`);
    await page.goto(chat.url.replace('127.0.0.1', 'localhost'));
    await page.getByRole('link').click();
    await page.waitForURL(target);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain(String(jobs[0]?.Id));
  }, 30_000);
});
