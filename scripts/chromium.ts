import { access } from 'node:fs/promises';
import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Where a Chromium of the system may be, should the packaged one not run here. */
const systemPaths = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  ...[
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
];

const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/**
 * A real Chromium: the one that `npm ci` brought (Linux), else one of the system. Throws when there is none: a page that
 * nobody looked at is not a page that works.
 */
export async function launchChromium(): Promise<Browser> {
  const failures: string[] = [];
  for (const find of [() => bundled.executablePath(), ...systemPaths.map((path) => () => whereThere(path))]) {
    try {
      return await chromium.launch({ executablePath: await find(), args, headless: true });
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  throw new Error(`no Chromium runs here:\n${failures.join('\n')}`);
}

async function whereThere(path: string): Promise<string> {
  await access(path);
  return path;
}
