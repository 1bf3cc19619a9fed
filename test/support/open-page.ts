import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The hosts of all requests; inline images are not among them. */
  readonly hosts: Set<string>;
  /** Errors on the console, content security violations among them. */
  readonly problems: string[];
}

/** Opens the playground's link as its user would. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const hosts = new Set<string>();
  const problems: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  // A bound against hanging, not a measure of speed.
  context.setDefaultTimeout(15_000);
  context.on('request', (request) => {
    if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).host);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  context.on('weberror', (error) => problems.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(url);
  return { context, page, hosts, problems };
}

/** What axe-core finds wrong with the page as it is now, one line each. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  return page.evaluate(`axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary)))`);
}
