import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.THREADSMITH_CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Whether browser tests can run here. In CI they must: a missing browser fails there, elsewhere it skips.
 *
 * @throws Error in CI without a browser.
 */
export function hasChromium(env: NodeJS.ProcessEnv = process.env): boolean {
  if (existsSync(EXECUTABLE)) return true;
  const advice = `no Chromium at ${EXECUTABLE}: install Debian's chromium or set THREADSMITH_CHROMIUM to one`;
  if (env.CI) throw new Error(`The browser tests need a browser: ${advice}`);
  console.warn(`The browser tests are skipped: ${advice}`);
  return false;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}
