import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file that does not exist yet, in a directory that goes away with the test. */
export async function newSqliteTarget(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'threadsmith-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  // Characters that mean something in a url, as directories of people do hold them.
  return join(directory, 'data #1 100%?', 'test.db');
}
