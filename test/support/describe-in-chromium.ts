import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { hasChromium, launchChromium } from './chromium.js';
import { type OpenedPage, openPage } from './open-page.js';

/** Opens the playground's link; the page closes with the test. */
export type OpenInChromium = (url: string, options?: BrowserContextOptions) => Promise<OpenedPage>;

/**
 * Tests in one browser, each in pages of its own. A test also fails for what the console says: one that makes trouble on
 * purpose takes it out of `problems`.
 */
export function describeInChromium(name: string, tests: (open: OpenInChromium) => void): void {
  describe.skipIf(!hasChromium())(name, () => {
    let browser: Browser;
    const opened: OpenedPage[] = [];
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());
    afterEach(async () => {
      const pages = opened.splice(0);
      await Promise.all(pages.map(({ context }) => context.close()));
      expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
    });

    tests(async (url, options) => {
      const page = await openPage(browser, url, options);
      opened.push(page);
      return page;
    });
  });
}
