import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FailedTrace } from '../../src/tracing/failed-traces.js';
import { replayTraces } from '../../src/tracing/replay-traces.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'threadsmith-replay-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const HEADERS = { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Encoding': 'gzip' } as const;
const TRACE: FailedTrace = { version: 1, endpoint: 'runs/multipart', headers: HEADERS, body_base64: 'YQ==' };
const names = ['trace_1700000000000_00000000.json', 'trace_1700000000001_00000000.json'] as const;

const keepBoth = () => Promise.all(names.map((name) => writeFile(join(dir, name), JSON.stringify(TRACE))));

test('a file that another replay has sent meanwhile is neither sent nor left', async () => {
  await keepBoth();
  const kept: string[] = [];
  const replayed = await replayTraces({
    dir,
    async send() {
      await rm(join(dir, names[1]));
      return { state: 'taken' };
    },
    onKept: (name) => kept.push(name),
  });
  expect(replayed).toEqual({ sent: 1, kept: 0 });
  expect(kept).toEqual([]);
});

test('what a crash left half written goes, what is being written stays', async () => {
  const [old, young] = names.map((name) => `${name}.part`);
  for (const name of [`${old}`, `${young}`, 'notes.part']) await writeFile(join(dir, name), '{');
  const now = Date.now();
  for (const name of [`${old}`, 'notes.part']) await utimes(join(dir, name), new Date(0), new Date(0));
  const send = async () => ({ state: 'taken' }) as const;
  expect(await replayTraces({ dir, send, onKept() {}, now: () => now })).toEqual({ sent: 0, kept: 0 });
  expect((await readdir(dir)).sort()).toEqual(['notes.part', young]);
});

test('what is no folder is said', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');
  const replayed = replayTraces({ dir: file, send: async () => ({ state: 'taken' }), onKept() {} });
  await expect(replayed).rejects.toThrow(/^LANGSMITH_FAILED_TRACES_DIR must be a folder .*\(ENOTDIR\)/);
});
