import { describe, expect, it } from 'vitest';
import { selectDeliveries, selectSilences } from '#db/select-alerts.ts';
import { alertsNow, seedAlerts } from '../view/seed-alerts.ts';
import { useDashboard } from './dashboard.ts';
import { useBrowser } from './use-browser.ts';

const { openPage } = useBrowser();
const { db, serve } = useDashboard();

const clock = { now: () => alertsNow * 1000 };
const serveAlerts = async () => {
  await seedAlerts(db.database);
  return (await serve({ ...clock, writer: db.database })).url;
};
const readSilences = () => selectSilences(db.database, { endsAfter: alertsNow, limit: 9 });

describe.each([
  { name: 'with script', options: {} },
  { name: 'without script', options: { javaScriptEnabled: false } },
  { name: 'on a phone', options: { viewport: { width: 390, height: 800 }, hasTouch: true } },
])('the alerts, $name', ({ options }) => {
  it('are silenced from the alert itself, and the silence is ended', async () => {
    const page = await openPage(`${await serveAlerts()}/alerts`, options);
    await page.locator('tr', { hasText: 'SnapshotTimeOut' }).getByRole('link', { name: 'Silence…' }).click();
    await page.waitForURL(/rule=job-failed.*code=SnapshotTimeOut.*#silence$/);
    expect(await page.getByLabel('Error code').inputValue()).toBe('SnapshotTimeOut');
    await page.getByLabel('Reason').fill('the upstream is down');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    await page.waitForURL(/\/alerts$/);
    expect(await page.getByRole('list').filter({ hasText: 'Silence' }).last().textContent()).toContain(
      'the upstream is down',
    );
    expect(await readSilences()).toMatchObject([{ code: 'SnapshotTimeOut', author: 'Ada' }]);
    await page.getByRole('button', { name: /^End/ }).click();
    await page.waitForURL(/\/alerts$/);
    expect(await readSilences()).toEqual([]);
  });

  it('lead to their jobs, and a dead letter is sent again', async () => {
    const url = await serveAlerts();
    const page = await openPage(`${url}/alerts`, options);
    await page.getByRole('button', { name: 'Send again: msg_dead' }).first().click();
    await page.waitForURL(/\/alerts$/);
    const [dead] = await selectDeliveries(db.database, { status: 'dead', limit: 9 });
    expect(dead).toBeUndefined();
    await page.getByRole('link', { name: 'Jobs failed' }).first().click();
    await page.waitForURL(/\/jobs\?source=default&state=Fail&pipeline=p1&code=SnapshotTimeOut/);
  });
});

it('the alerts are silenced by keyboard alone', async () => {
  const page = await openPage(`${await serveAlerts()}/alerts`);
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate('document.activeElement.name || document.activeElement.textContent.trim()');
      if (text === name) return;
    }
    throw new Error(`the keyboard does not reach "${name}"`);
  };
  await tabTo('Silence…');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#silence$/);
  await tabTo('reason');
  await page.keyboard.type('known');
  await tabTo('author');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/alerts$/);
  expect(await readSilences()).toMatchObject([{ reason: 'known' }]);
});
