import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { makeJournalFolder } from '../../src/playground/journal-folder.js';
import { newDirectory } from '../support/new-directory.js';

test('a playground clears away what one left that is no more, and nothing else', async () => {
  const ended = spawn(process.execPath, ['--version']);
  await once(ended, 'close');
  const left = `threadsmith-playground-${ended.pid}-abcdef`;
  const [living, other] = [`threadsmith-playground-${process.ppid}-abcdef`, 'threadsmith-playground-notes'];
  const within = await newDirectory({
    [`${left}/journal.db`]: 'x',
    [`${living}/journal.db`]: 'x',
    [`${other}/a.txt`]: 'x',
  });

  const own = await makeJournalFolder(within);

  expect(basename(own)).toMatch(new RegExp(`^threadsmith-playground-${process.pid}-`));
  expect((await readdir(within)).sort()).toEqual([living, other, basename(own)].sort());
});
