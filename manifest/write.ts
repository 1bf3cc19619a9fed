import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderManifest } from './render-manifest.js';

/** Writes slack-manifest.yml; with `--check` only says whether it is fresh. */
const FILE = new URL('../slack-manifest.yml', import.meta.url);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

if (values.check) {
  if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== renderManifest()) {
    console.error('slack-manifest.yml is stale: run "npm run manifest" and commit it');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, renderManifest());
}
