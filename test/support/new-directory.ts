import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Files, writeFiles } from './write-files.js';

/** A directory that goes away with the test, and what it holds. */
export async function newDirectory(files: Files = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFiles(directory, files);
  return directory;
}
