import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '#scripts/chromium.ts';

/** A Chromium for the tests of a file. Whatever a page says on its console, or asks of another host, fails its test. */
export function useBrowser() {
  const held: { browser?: Browser } = {};
  const complaints: string[] = [];
  beforeAll(async () => {
    held.browser = await launchChromium();
  }, 60_000);
  afterAll(() => held.browser?.close());
  afterEach(async () => {
    await Promise.all((held.browser?.contexts() ?? []).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  return {
    async openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
      if (!held.browser) throw new Error('the browser is there from beforeAll on');
      const context = await held.browser.newContext({ timezoneId: 'Asia/Shanghai', locale: 'en-GB', ...options });
      const page = await context.newPage();
      page.on('console', (message) => {
        // That the page itself was refused is what some tests are about.
        if (message.location().url !== page.url()) complaints.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        const isOwn = /^(http:\/\/(127\.0\.0\.1|localhost):|data:)/.test(request.url());
        if (!isOwn) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return page;
    },
  };
}
