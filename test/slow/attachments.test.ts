import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { neededScopes } from '../../manifest/scopes.js';
import { mentionEvent, messageEvent } from '../../src/playground/slack/events.js';
import type { NewFile } from '../../src/playground/slack/model.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { askedBlocks, askedText, PNG, textFile, viewOf } from '../support/attachment-fixtures.js';
import { docxOf, paragraph, pdfOf } from '../support/file-fixtures.js';
import { asInstalled, startWorld, type World } from '../support/world.js';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('files attached to a question', () => {
  let world: World;
  // Each with its own: a bot that has answered as often as Slack allows in a minute goes on a second apart.
  beforeEach(async () => {
    world = await startWorld();
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
  });
  afterEach(() => world.close());

  async function answerAbout(files: readonly NewFile[], text = 'how long does a refund take?') {
    const { message } = await world.ask({ text, files, channel: 'D0ADA' });
    return world.answerTo(message);
  }

  test.each([
    ['text', textFile('note.txt', 'Nine days.'), 'Nine days.'],
    ['Markdown', { name: 'note.md', mimetype: 'text/markdown', content: '# Nine\n\ndays' }, '# Nine\n\ndays'],
    ['a snippet', textFile('Untitled.js', 'nine(days)', { mode: 'snippet' }), 'nine(days)'],
    ['JSON', { name: 'a.json', mimetype: 'application/json', content: '{"days":9}' }, '{"days":9}'],
    [
      'CSV as Windows declares it',
      { name: 'a.csv', mimetype: 'application/vnd.ms-excel', content: 'd;9' },
      'd;9',
    ],
    ['HTML', { name: 'a.html', mimetype: 'text/html', content: '<p>nine days</p>' }, '<p>nine days</p>'],
    ['PDF', { name: 'a.pdf', mimetype: 'application/pdf', content: pdfOf([['Nine days.']]) }, 'Nine days.'],
    ['PDF that says it is text', textFile('a.txt', pdfOf([['Nine days.']])), 'Nine days.'],
    ['Word', { name: 'a.docx', mimetype: WORD, content: docxOf(paragraph('Nine days.')) }, 'Nine days.'],
    ['no declared type', { name: 'LOG', mimetype: '', content: 'took nine days' }, 'took nine days'],
    ['UTF-16', textFile('a.txt', Buffer.from('\ufeffneun Tage für…', 'utf16le')), 'neun Tage für…'],
    ['Latin-1', textFile('a.txt', Buffer.from('neun Tage für dich', 'latin1')), 'neun Tage für dich'],
    ['another organisation', { ...textFile('a.txt', 'Nine days.'), isForeign: true }, 'Nine days.'],
  ] satisfies [string, NewFile, string][])('are read: %s', async (_kind, file, content) => {
    expect((await answerAbout([file])).text).toBe('Within ten working days. [1]');
    expect(askedText(world.claude)).toContain(content);
    expect(askedText(world.claude)).toContain(file.name);
  });

  test('are passed on as images by what they hold, whatever they are called', async () => {
    const { text } = await answerAbout([{ name: 'photo.jpg', mimetype: 'image/jpeg', content: PNG }]);
    expect(text).not.toContain('did not read');
    const data = PNG.toString('base64');
    expect(askedBlocks(world.claude)).toContainEqual({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data },
    });
  });

  test('are read in the smaller copy that Slack made where Claude would not take the image', async () => {
    const small = world.slack
      .workspace()
      .addFile('U0ADA', { name: 's.png', mimetype: 'image/png', content: PNG });
    const thumb_1024 = `${viewOf(world).origin}/files-pri/T0LOCAL-${small.id}/s.png`;
    const heic = {
      name: 'a.heic',
      mimetype: 'image/heic',
      content: 'not for Claude',
      fields: { thumb_1024 },
    };
    expect((await answerAbout([heic])).text).not.toContain('did not read');
    expect(JSON.stringify(askedBlocks(world.claude))).toContain(PNG.toString('base64'));
  });

  test.each([
    ['a video', { name: 'a.mp4', mimetype: 'video/mp4', content: 'x' }, 'is a video'],
    ['a spreadsheet', { name: 'a.xlsx', mimetype: XLSX, content: 'x' }, 'is a spreadsheet: save it as CSV'],
    ['a canvas', textFile('plan', 'x', { mode: 'quip' }), 'is a Slack canvas'],
    [
      'a file elsewhere',
      textFile('doc', 'x', { is_external: true, mode: 'external' }),
      'is kept outside of Slack',
    ],
    ['a deleted file', textFile('a.txt', 'x', { mode: 'tombstone' }), 'was deleted'],
    ['a hidden file', textFile('a.txt', 'x', { mode: 'hidden_by_limit' }), 'is hidden by the limits'],
    ['an empty file', textFile('a.txt', ''), 'is empty'],
    ['a large file', textFile('a.log', 'x', { size: 21_000_000 }), 'is larger than 20 MB'],
    [
      'no address',
      textFile('a.txt', 'x', { url_private: '', url_private_download: '' }),
      'could not be looked up',
    ],
  ] satisfies [string, NewFile, string][])('are named, not downloaded: %s', async (_kind, file, reason) => {
    const { text } = await answerAbout([file]);
    expect(text).toContain(`I did not read \`${file.name}\`: it ${reason}`);
    expect(world.slack.calls('file_download')).toEqual([]);
    expect(askedText(world.claude)).toContain(file.name);
  });

  test.each([
    ['binary sent as text', textFile('a.txt', Buffer.from([1, 2, 3, 0, 200])), 'is not text'],
    ['text in an unknown encoding', textFile('a.txt', Buffer.from('82b182ea82cd8141', 'hex')), 'is not text'],
    [
      'a broken PDF',
      { name: 'a.pdf', mimetype: 'application/pdf', content: '%PDF-' },
      'could not be read as a PDF',
    ],
    [
      'a Word file that unpacks to too much',
      { name: 'a.docx', mimetype: WORD, content: docxOf('', { 'word/x.xml': new Uint8Array(70_000_000) }) },
      'could not be read as a Word file',
    ],
    [
      'a broken image',
      { name: 'a.png', mimetype: 'image/png', content: PNG.subarray(0, 12) },
      'is a broken image',
    ],
    ['only spaces', textFile('a.txt', ' \n\n'), 'is empty'],
  ] satisfies [string, NewFile, string][])(
    'are named when they cannot be read: %s',
    async (_kind, file, reason) => {
      expect((await answerAbout([file])).text).toContain(`I did not read \`${file.name}\`: it ${reason}`);
    },
  );

  test.each([
    [{ status: 404 }, 'was deleted'],
    [{ status: 500 }, 'could not be downloaded from Slack'],
    [{ reset: 'before' }, 'could not be downloaded from Slack'],
    [{ redirect: 'https://acme.slack.com/?redir=%2Ffiles-pri' }, 'may not be read by me'],
    [{ redirect: '/files-pri/again' }, 'could not be downloaded from Slack'],
  ] as const)('are named when the download ends in %j', async (fault, reason) => {
    world.slack.fail('file_download', fault);
    if ('redirect' in fault) world.slack.fail('file_download', fault);
    const { text } = await answerAbout([textFile('a.txt', 'x')]);
    expect(text).toContain(reason);
  });

  test('do not hide one another: what is read is read, the rest is named, and no name can page anybody', async () => {
    const names = ['a.txt', '<!channel> @here `x`.mp4'];
    const [read = '', hostile = ''] = names;
    const { text } = await answerAbout([
      textFile(read, 'Nine days.'),
      { name: hostile, mimetype: 'video/mp4', content: 'x' },
      ...names.map((name) => ({ ...textFile(name, 'x'), fields: { mode: 'tombstone' } })),
    ]);
    expect(askedText(world.claude)).toContain('Nine days.');
    expect(text.match(/I did not read/g)).toHaveLength(3);
    expect(text).not.toMatch(/<!channel>|@here/);
  });

  test('are cut to what fits, and the answer says of which it knows only the beginning', async () => {
    const log = 'one more line\n'.repeat(5_000);
    const { text } = await answerAbout([
      textFile('a.log', log),
      textFile('b.log', log),
      textFile('c.log', log),
    ]);
    expect(text).toContain('Of `b.log` I read only the beginning');
    expect(text).toContain('I did not read `c.log`: it found no room');
    expect(text).not.toContain('a.log');
    expect(askedText(world.claude).length).toBeLessThan(90_000);
  });

  test('never get the bot token to another host, neither by an address nor by a redirect', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('stolen');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files-pri/T0LOCAL-F1/a.txt`;
    const url = { url_private: elsewhere, url_private_download: elsewhere };
    expect((await answerAbout([textFile('a.txt', 'x', url)])).text).toContain('is not kept by Slack');
    world.slack.fail('file_download', { redirect: elsewhere });
    expect((await answerAbout([textFile('a.txt', 'x')])).text).toContain('is not kept by Slack');
    expect(requests).toBe(0);
    expect(world.slack.calls('file_download').at(-1)?.token).toBe(world.slack.botToken);
    await new Promise((resolve) => server.close(resolve));
  });

  test('are on the trace by name and size, not by content', async () => {
    const { message } = await world.ask({
      text: 'is a refund late?',
      channel: 'D0ADA',
      files: [textFile('secret.txt', 'the launch code is 1234')],
    });
    await world.answerTo(message);
    const [turn] = await world.traces(message);
    expect(turn?.run.inputs).toMatchObject({
      attachments: [{ kind: 'text', name: 'secret.txt', bytes: 23 }],
    });
    expect(JSON.stringify(turn?.run.inputs)).not.toContain('1234');
  });

  test.each(['D0ADA', 'C0GENERAL'])('are the question when there are no words, in %s', async (channel) => {
    const { message } = await world.ask({
      text: '',
      channel,
      files: [textFile('refunds.txt', 'Nine days.')],
    });
    expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
    expect(askedText(world.claude)).toContain('What is in the attached file refunds.txt?');
  });
});

describe('the twin that names the files of a mention', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each(['app_mention', 'message'] as const)('brings them when %s comes first', async (first) => {
    world.claude.reply(['Within ten days.', { cite: 0 }]);
    const files = [textFile('a.txt', 'Nine days.')];
    const { message } = await world.ask({ text: 'is this a refund?', files, first });
    expect((await world.answerTo(message)).text).toBe('Within ten days. [1]');
    expect(askedText(world.claude)).toContain('Nine days.');
  });

  test('costs a mention without files no call to Slack, also in a thread', async () => {
    const { slack } = world;
    for (const first of ['app_mention', 'message'] as const) {
      const { message } = await world.ask({ text: 'how long does a refund take?', first });
      await world.answerTo(message);
      expect(slack.calls('conversations.replies').filter(({ args }) => args.ts === message.ts)).toEqual([]);
      expect(slack.calls('files.info').length).toBeLessThanOrEqual(1);
    }
  });

  test('names at the end what it brings too late', async () => {
    const { slack, claude } = world;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply(['Within', { waitFor: held }, ' ten days.', { cite: 0 }]);
    const view = viewOf(world);
    const late = slack.workspace().addFile('U0ADA', textFile('late.txt', 'Nine days.'));
    const text = `<@${slack.workspace().botUserId}> is this a refund?`;
    const message = slack.workspace().add({ channelId: 'C0HELP', userId: 'U0ADA', text, files: [late] });
    const before = claude.requests.length;
    await slack.deliver(mentionEvent(view, message));
    await slack.waitFor(() => claude.requests.length > before);
    await slack.deliver(messageEvent(view, message));
    release();
    const answer = await world.answerTo(message);
    expect(answer.text).toContain('Within ten days. [1]');
    expect(answer.text).toContain('I did not read `late.txt`: it reached me only after I had begun');
  });
});

describe('files that nobody can read', () => {
  test('are named with what an admin has to do when the permission is missing', async () => {
    const scopes = neededScopes().filter((scope) => scope !== 'files:read');
    const workspaces = [createWorkspace({ scopes })];
    const world = await startWorld({ slack: { ...asInstalled(), workspaces } });
    world.claude.reply(['Within ten days.', { cite: 0 }]);
    const files = [textFile('a.txt', 'x')];
    const reason = 'it may not be read by me: an admin has to give the app the permission `files:read`';
    for (const first of ['message', 'app_mention'] as const) {
      const { message } = await world.ask({ text: 'is this a refund?', files, first });
      expect((await world.answerTo(message)).text).toContain(reason);
    }
    expect(JSON.stringify(world.logged)).toContain('give the app the scope files:read');
    await world.close();
  });

  test('are named when there is no language model', async () => {
    const world = await startWorld({ config: (config) => ({ ...config, anthropic: undefined }) });
    const { message } = await world.ask({
      text: 'how long does a refund take?',
      files: [textFile('a.txt', 'x')],
    });
    const { text } = await world.answerTo(message);
    expect(text).toContain('I did not read `a.txt`: it takes a language model, and none is set up');
    expect(world.slack.calls('file_download')).toEqual([]);
    await world.close();
  });
});
