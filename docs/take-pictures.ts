import { launchChromium } from '#scripts/chromium.ts';
import { readArguments } from '#scripts/read-arguments.ts';

/**
 * Takes the pictures of the documents from a running view: `npm start -- --fast` in one shell, `npm run pictures` in another once the first
 * alerts fire. The demo's objects have Chinese names too: it takes a font that has them.
 */
const usage = `npm run pictures -- [address of the view, else http://127.0.0.1:8080]
Takes the pictures of the documents from a view that runs.`;
const [url = 'http://127.0.0.1:8080'] = readArguments(usage, { allowPositionals: true }).positionals;

const list = await fetch(`${url}/v1/jobs?state=Fail&limit=1`);
const { jobs } = (await list.json()) as { jobs: { id: string }[] };
const wide = { width: 1280, height: 860 };
const pictures = [
  { name: 'overview', path: '/', colorScheme: 'light', viewport: wide },
  { name: 'overview-dark', path: '/', colorScheme: 'dark', viewport: wide },
  { name: 'overview-phone', path: '/', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'jobs', path: '/jobs?state=Fail', colorScheme: 'light', viewport: wide },
  { name: 'job', path: `/jobs/${jobs[0]?.id}`, colorScheme: 'light', viewport: wide },
  { name: 'failures', path: '/failures', colorScheme: 'light', viewport: wide },
  { name: 'alerts', path: '/alerts', colorScheme: 'light', viewport: wide },
  { name: 'runs', path: '/runs', colorScheme: 'light', viewport: { width: 1280, height: 500 } },
] as const;

const browser = await launchChromium();
for (const { name, path, colorScheme, viewport } of pictures) {
  const page = await browser.newPage({ colorScheme, viewport, locale: 'en-GB', timezoneId: 'UTC' });
  await page.goto(url + path, { waitUntil: 'load' });
  await page.screenshot({ path: new URL(`images/${name}.png`, import.meta.url).pathname });
  await page.close();
}
await browser.close();
