import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ingestInChild } from '../../src/knowledge/ingest/ingest-in-child.js';
import type { Log } from '../../src/logger.js';
import { newDirectory } from '../support/new-directory.js';

/** A command in the place of `npm run ingest`. */
async function command(code: string): Promise<string> {
  const script = join(await newDirectory(), 'command.mjs');
  await writeFile(script, code);
  return script;
}

function recordingLog() {
  const [info, warn] = [vi.fn<Log['info']>(), vi.fn<Log['warn']>()];
  const log: Log = { debug: vi.fn(), info, warn, error: vi.fn() };
  return { log, info, warn };
}

const outcome = {
  ...{ source: 'handbook', documents: 3, unchanged: 1, leftOut: 0, changed: 2, removed: 0 },
  ...{ chunksAdded: 4, chunksEmbedded: 0, failed: [], seconds: 1 },
};
const print = (...lines: string[]) => lines.map((line) => `console.log(${JSON.stringify(line)});`).join('');
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a refresh in a process of its own', { timeout: 30_000 }, () => {
  test('is reported, whatever else a library prints, and warns of what has no vectors', async () => {
    const { log, info, warn } = recordingLog();
    const lines = ['APIResponseError: nope', JSON.stringify({ ...outcome, embeddingFailure: '503' }), '[1]'];
    const script = await command(print(...lines));
    await ingestInChild(['handbook'], new AbortController().signal, { script, log });
    expect(info.mock.calls).toMatchObject([[{ source: 'handbook', changed: 2 }, 'source refreshed']]);
    expect(warn.mock.calls).toMatchObject([
      [{ line: 'APIResponseError: nope' }, expect.any(String)],
      [{ source: 'handbook', reason: '503' }, expect.stringContaining('no vectors')],
      [{ line: '[1]' }, expect.any(String)],
    ]);
  });

  test.each([
    ['the bot stops', 60_000],
    ['it takes longer than it may', 300],
  ])('that hangs is killed when %s', async (_, limitMs) => {
    const { log, warn } = recordingLog();
    const script = await command(
      `process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000);`,
    );
    const stop = new AbortController();
    const options = { script, log, endWithinMs: 100, limitMs };
    const ended = ingestInChild(['handbook'], stop.signal, options);
    if (limitMs > 1000) {
      await vi.waitFor(() => expect(warn).toHaveBeenCalled(), { timeout: 10_000 });
      stop.abort();
    }
    await ended;
    const reported = warn.mock.calls.map(([said]) => said);
    const pid = Number(Object.values(reported[0] ?? {})[0]);
    if (pid > 0) expect(isAlive(pid)).toBe(false);
    if (limitMs < 1000) expect(reported.at(-1)).toMatchObject({ code: expect.stringContaining('SIG') });
  });
});
