import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seedAlerts } from '../view/seed-alerts.ts';
import { useDashboard } from './dashboard.ts';
import { useBrowser } from './use-browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { openPage } = useBrowser();
const { db, seed, serve } = useDashboard();

/** What keeps people out, by the rules of axe: their names and where. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

const pages = [
  '/',
  '/?range=30d',
  '/jobs',
  '/jobs?state=Fail&code=x',
  '/jobs/ID',
  '/failures',
  '/runs',
  '/alerts?rule=job-failed&code=SnapshotTimeOut',
  '/docs',
  '/jobs/none',
  '/jobs?limit=x',
];
const looks = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { name: 'on a phone', options: { colorScheme: 'light', viewport: { width: 390, height: 800 }, hasTouch: true } },
] as const;

describe.each(looks)('every page, $name', ({ options }) => {
  it('is drawn whole, fits its width and keeps nobody out', async () => {
    const jobs = await seed();
    await seedAlerts(db.database);
    const { url } = await serve({ writer: db.database });
    const id = String(jobs.find(({ State }) => State === 'Fail')?.Id);
    const page = await openPage(`${url}/`, options);
    for (const path of pages) {
      await page.goto(url + path.replace('ID', id));
      expect(await findBarriers(page), path).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
    }
  }, 90_000);

  it('lets people sign in, and out', async () => {
    const { url } = await serve({ access: 'token', tokens: ['a-token'] });
    const page = await openPage(`${url}/docs`, options);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain("none of this view's tokens");
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('Token').fill('a-token');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/docs`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('API');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${url}/sign-in`);
    await page.goto(`${url}/jobs`);
    expect(await page.getByLabel('Token').count()).toBe(1);
  }, 40_000);
});
