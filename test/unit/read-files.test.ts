import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileParser } from '../../src/knowledge/loaders/file-parser.js';
import { createLogger } from '../../src/logger.js';
import { fileJson } from '../../src/playground/slack/message-json.js';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { attachedFileOf } from '../../src/slack/files/attached-file.js';
import { decodeText } from '../../src/slack/files/decode-text.js';
import { createDownload } from '../../src/slack/files/download-file.js';
import { FILE_LIMITS, type FileLimits } from '../../src/slack/files/file-limits.js';
import { imageHeader } from '../../src/slack/files/image-header.js';
import { createReadFiles } from '../../src/slack/files/read-files.js';
import { withinTextLimit } from '../../src/slack/files/within-text-limit.js';
import { Twins } from '../../src/slack/intake/twins.js';
import { PNG } from '../support/attachment-fixtures.js';
import { pdfOf } from '../support/file-fixtures.js';

describe('reading files within limits', () => {
  let slack: SlackDouble;
  beforeAll(async () => {
    slack = await startSlackDouble();
  });
  afterAll(() => slack.close());

  function reader(limits: Partial<FileLimits>) {
    const { botToken, apiUrl } = slack;
    return createReadFiles({
      download: createDownload({ botToken, apiUrl, fetch }),
      parse: createFileParser(),
      limits: { ...FILE_LIMITS, ...limits },
      log: createLogger({ level: 'silent' }),
    });
  }

  function uploaded(name: string, content: string | Uint8Array, fields = {}) {
    const view = { workspace: slack.workspace(), origin: new URL(slack.apiUrl).origin };
    const added = view.workspace.addFile('U0ADA', { name, mimetype: 'text/plain', content, fields });
    const file = attachedFileOf(fileJson(view, added));
    if (!file) throw new Error('the double must name the file');
    return file;
  }

  const readNothing = new AbortController().signal;
  const reasonsOf = async (limits: Partial<FileLimits>, ...files: ReturnType<typeof uploaded>[]) =>
    (await reader(limits)(files, readNothing)).map((read) =>
      read.kind === 'unread' ? read.reason : read.kind,
    );

  test('ends a download that hangs, and reads the others', async () => {
    const hanging = uploaded('a.txt', 'half of this never comes');
    slack.fail('file_download', { hang: true }, { match: ({ file }) => file === hanging.id });
    expect(await reasonsOf({ readMs: 1_000 }, hanging, uploaded('b.txt', 'x'))).toEqual([
      'took too long to read',
      'text',
    ]);
    slack.clearFaults();
  });

  test('rejects when the answer is given up meanwhile', async () => {
    const hanging = uploaded('a.txt', 'half of this never comes');
    slack.fail('file_download', { hang: true });
    const abort = new AbortController();
    const reading = reader({})([hanging], abort.signal);
    await slack.waitFor(() => slack.calls('file_download').some(({ args }) => args.file === hanging.id));
    abort.abort(new Error('given up'));
    await expect(reading).rejects.toThrow('given up');
    slack.clearFaults();
  });

  test('counts files and their bytes, one by one and together', async () => {
    const [a, b, c] = ['aaaa', 'bbbb', 'cccc'].map((text) => uploaded('a.txt', text));
    if (!a || !b || !c) throw new Error('three files were uploaded');
    expect(await reasonsOf({ files: 2 }, a, b, c)).toEqual(['text', 'text', 'is one of more than 2 files']);
    expect(await reasonsOf({ totalBytes: 8 }, a, b, c)).toEqual([
      'text',
      'text',
      'is too large together with the files before it',
    ]);
    expect(await reasonsOf({ fileBytes: 3 }, { ...a, bytes: 2 })).toEqual(['is larger than Slack says']);
  });

  test('holds images to what Claude takes', async () => {
    const image = uploaded('a.png', PNG);
    expect(await reasonsOf({}, image)).toEqual(['image']);
    expect(await reasonsOf({ imageBytes: 10 }, image)).toEqual(['is an image of more than 0.0 MB']);
    expect(await reasonsOf({ imagePixels: 0 }, image)).toEqual(['is an image of more than 0 pixels a side']);
    expect(Math.ceil((FILE_LIMITS.imageBytes * 4) / 3)).toBeLessThanOrEqual(5 * 1024 * 1024);
  });

  test('parses one document at a time, and goes on after one that fails', async () => {
    const parse = createFileParser();
    const signal = new AbortController().signal;
    const pdf = (text: string) => parse('pdf', pdfOf([[text]]), signal);
    const results = await Promise.allSettled([
      pdf('one'),
      parse('pdf', Buffer.from('%PDF-'), signal),
      pdf('two'),
    ]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      'one',
      'failed',
      'two',
    ]);
    await expect(parse('pdf', pdfOf([['x']]), AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
  });
});

describe('a download', () => {
  const asked: string[] = [];
  const download = createDownload({
    botToken: 'xoxb-secret',
    fetch: async (url) => {
      asked.push(String(url));
      return new Response('file');
    },
  });
  const from = (url: string) => download(url, 100, new AbortController().signal);

  test.each([
    'https://files.slack.com/files-pri/T1-F1/a.txt',
    'https://acme.enterprise.slack.com/files-pri/T1-F1/a.txt',
    'https://files.slack-gov.com/files-pri/T1-F1/a.txt',
  ])('takes the token to %s', async (url) => {
    await from(url);
    expect(asked.at(-1)).toBe(url);
  });

  test.each([
    'http://files.slack.com/a',
    'https://files.slack.com:8443/a',
    'https://files.slack.com.evil.example/a',
    'https://evilslack.com/a',
    'https://files.slack.com@evil.example/a',
    'https://evil.example/files.slack.com',
    'ftp://slack.com/a',
    'file:///etc/passwd',
    '',
    'not an address',
  ])('does not take it to %j', async (url) => {
    const before = asked.length;
    await expect(from(url)).rejects.toThrow('is not kept by Slack');
    expect(asked).toHaveLength(before);
  });
});

describe('what bytes say', () => {
  const text = (hex: string, options = {}) => decodeText(Buffer.from(hex, 'hex'), options);

  test.each([
    ['c3bc', 'ü', 'UTF-8'],
    ['efbbbfc3bc', 'ü', 'UTF-8 with a mark'],
    ['fffefc00', 'ü', 'UTF-16, little end first'],
    ['feff00fc', 'ü', 'UTF-16, big end first'],
    ['66fc72206469636820616c6c65', 'für dich alle', 'Windows-1252'],
    ['1b5b33316d726f741b5b306d', '\u001b[31mrot\u001b[0m', 'a log in colour'],
  ])('%s is %j: %s', (hex, expected) => {
    expect(text(hex)).toBe(expected);
  });

  test.each([
    ['00010203', 'binary'],
    ['610062', 'a NUL'],
    ['82b182ea82cd', 'Shift-JIS'],
    ['c4e3bac3cac0bde7', 'GBK'],
    ['fffe00d8', 'half a character of UTF-16'],
  ])('%s is no text: %s', (hex) => {
    expect(text(hex)).toBeUndefined();
  });

  test('a beginning may end inside a character', () => {
    expect(text('61c3', { cut: true })).toBe('a');
  });

  test.each([
    ['89504e470d0a1a0a0000000d494844520000028000000168', 'image/png', 640, 360],
    ['4749463839618002680100', 'image/gif', 640, 360],
    ['ffd8ffe000104a46494600010100000100010000ffc00011080168028003', 'image/jpeg', 640, 360],
    ['524946460000000057454250565038200000000000000000009d80026801', 'image/webp', 640, 360],
    ['5249464600000000574542505650385800000000000000007f0200670100', 'image/webp', 640, 360],
    ['ffd8ffe00010', 'image/jpeg', 0, 0],
    ['ffd8ffda0010', 'image/jpeg', 0, 0],
    ['89504e470d0a1a0a', 'image/png', 0, 0],
  ])('%s is an image', (hex, mediaType, width, height) => {
    expect(imageHeader(Buffer.from(hex, 'hex'))).toEqual({ mediaType, width, height });
  });

  test('anything else is none', () => {
    for (const bytes of ['', 'GIF', 'RIFF....WAVE', 'hello'])
      expect(imageHeader(Buffer.from(bytes))).toBeUndefined();
  });
});

describe('texts together', () => {
  const file = (name: string, text: string) => ({ kind: 'text', name, bytes: text.length, text }) as const;

  test('are cut where the room ends, never inside a character', () => {
    const [a, b, c] = withinTextLimit(
      [file('a', 'x'.repeat(299)), file('b', '😀'.repeat(200)), file('c', 'x')],
      600,
    );
    expect(a).not.toHaveProperty('cut');
    expect(b).toMatchObject({ cut: true, text: '😀'.repeat(150) });
    expect(c).toMatchObject({ kind: 'unread', name: 'c' });
  });
});

describe('a twin', () => {
  const key = (messageTs: string) => ({ tenantId: 'T1', channelId: 'C1', messageTs });

  test('is not waited for when it was first, and ends the wait when it comes', async () => {
    const twins = new Twins();
    twins.arrived(key('1.1'));
    await twins.wait(key('1.1'), 60_000);
    const waiting = twins.wait(key('1.2'), 60_000);
    twins.arrived(key('1.2'));
    await waiting;
    await twins.wait(key('1.3'), 1);
  });
});
