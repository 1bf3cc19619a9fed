import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExpectedError } from '../../src/errors.js';
import { type PageWorld, startPageWorld } from '../support/page-world.js';

let world: PageWorld;

beforeEach(async () => {
  world = await startPageWorld();
});

/** One request as any program could send it: fetch would not let us choose Host. */
function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: world.port,
      path,
      method,
      headers: { host: `localhost:${world.port}`, ...headers },
    };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

const cookie = () => `threadsmith_${world.port}=the-token`;

function post(path: string, content: unknown, headers: Record<string, string> = {}) {
  const usual = {
    origin: `http://localhost:${world.port}`,
    'content-type': 'application/json',
    cookie: cookie(),
  };
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return send(path, { method: 'POST', headers: { ...usual, ...headers }, body });
}

const question = (text: string) => ({ channel: 'C0GENERAL', text });

describe('the page server', () => {
  test('opens with the printed link only, and takes the token out of the address', async () => {
    expect(world.server.url).toBe(`http://localhost:${world.port}/?token=the-token`);
    const closed = await send('/');
    expect(closed).toMatchObject({ status: 401, text: expect.stringMatching(/^Open the link .*\n$/) });

    const welcome = await send('/?token=the-token');
    expect(welcome).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(welcome.headers['set-cookie']).toEqual([`${cookie()}; HttpOnly; SameSite=Strict; Path=/`]);

    const page = await send('/', { headers: { cookie: cookie() } });
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining('<title>Threadsmith playground</title>'),
      headers: {
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'self'; style-src 'self';/,
        ),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      },
    });
  });

  test('refuses other hosts, other origins and posts without the token; nothing reaches the workspace', async () => {
    const headers = { cookie: cookie() };
    expect(await send('/', { headers: { ...headers, host: `rebound.example:${world.port}` } })).toMatchObject(
      {
        status: 421,
      },
    );
    expect(await send('/events', { headers: { ...headers, origin: 'http://evil.example' } })).toMatchObject({
      status: 403,
    });
    expect(await post('/messages', question('a'), { origin: 'http://localhost:1' })).toMatchObject({
      status: 403,
    });
    expect(await post('/messages', question('b'), { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect(await post('/messages', question('c'), { cookie: '' })).toMatchObject({ status: 401 });
    expect(await send('/messages', { method: 'PUT', headers })).toMatchObject({ status: 405 });
    expect(world.posted()).toEqual([]);
  });

  test('serves its own few files and nothing beside them', async () => {
    const get = (path: string) => send(path, { headers: { cookie: cookie() } });
    expect(await get('/page.js')).toMatchObject({ status: 200, headers: { 'content-type': /javascript/ } });
    const page = await readdir(new URL('../../src/playground/page/', import.meta.url));
    for (const file of page.filter((name) => name !== 'index.html')) {
      expect([file, (await get(`/${file}`)).status]).toEqual([file, 200]);
    }
    for (const path of [
      '/../page-server.ts',
      '/%2e%2e/page-server.ts',
      '/page.js/',
      '/index.html',
      '/constructor',
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  test('takes 40,000 characters of any script, and says what is wrong with anything else', async () => {
    expect(await post('/messages', question('語'.repeat(40_000)))).toMatchObject({ status: 204 });
    expect(world.posted()).toEqual(['語'.repeat(40_000)]);
    expect(await post('/messages', question('x'.repeat(40_001)))).toMatchObject({
      status: 400,
      text: /40.?000/,
    });
    expect(await post('/messages', 'x'.repeat(300_000))).toMatchObject({ status: 413 });
    expect(await post('/messages', '{"channel"')).toMatchObject({
      status: 400,
      text: 'The body must be JSON.\n',
    });
    expect(await post('/messages', [])).toMatchObject({ status: 400 });
    expect(await post('/messages', { channel: 'C0GENERAL' })).toMatchObject({ status: 400, text: /text/ });
    expect(await post('/messages', { ...question('x'), threadTs: '../1' })).toMatchObject({ status: 400 });
    expect(await post('/messages', { channel: 'C0NOWHERE', text: 'x' })).toMatchObject({ status: 404 });
    expect(
      await post('/clicks', {
        channel: 'C0GENERAL',
        messageTs: '1700000000.000100',
        actionId: 'vote',
        value: '1',
      }),
    ).toMatchObject({ status: 404 });
    expect(await post('/elsewhere', {})).toMatchObject({ status: 404 });
  });

  test('says in plain words what a person can do about it', async () => {
    expect(await post('/messages', question('  '))).toMatchObject({
      ...{ status: 400, text: 'A message needs some text.\n' },
    });
    await post('/messages', question('mine'));
    const [{ ts } = { ts: '' }] = world.slack.workspace().messages('C0GENERAL');
    expect(await post('/stops', { channel: 'C0GENERAL', threadTs: ts })).toMatchObject({
      ...{ status: 422, text: 'The answer had ended already.\n' },
    });
  });

  test('holds no reader who cannot read: HEAD of what never ends', async () => {
    expect(await send('/events', { method: 'HEAD', headers: { cookie: cookie() } })).toMatchObject({
      ...{ status: 405, headers: { allow: 'GET' } },
    });
  });

  test('files are bounded, named and of no type that a form can send', async () => {
    const upload = (headers: Record<string, string>, body = 'x') =>
      post('/uploads', body, {
        'content-type': 'application/octet-stream',
        'x-file-name': 'a.txt',
        ...headers,
      });
    expect(await upload({})).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^\{"id":"[\da-f-]{36}"\}$/),
    });
    expect(await upload({ 'content-type': 'multipart/form-data' })).toMatchObject({ status: 415 });
    expect(await upload({ 'content-type': 'application/json' })).toMatchObject({ status: 415 });
    expect(await post('/messages', 'x', { 'content-type': 'application/octet-stream' })).toMatchObject({
      status: 415,
    });
    for (const name of ['', '..%2Fsecret', 'a%5Cb', '%00', '%']) {
      expect([name, (await upload({ 'x-file-name': name })).status]).toEqual([name, 400]);
    }
    expect(await upload({}, 'x'.repeat(34 * 1024 * 1024))).toMatchObject({
      ...{ status: 413, text: 'Expected at most 32 MB, got more.\n' },
    });
    expect(await post('/messages', { ...question('x'), files: ['not-there'] })).toMatchObject({
      status: 404,
    });
  });

  test('nobody speaks where they are not, or changes what others wrote', async () => {
    await post('/messages', { ...question('mine'), as: 'U0GRACE' });
    const [message] = world.slack.workspace().messages('C0GENERAL');
    expect(message).toMatchObject({ userId: 'U0GRACE', text: 'mine' });
    const edit = { channel: 'C0GENERAL', ts: message?.ts, text: 'theirs' };
    expect(await post('/edits', { ...edit, as: 'U0ADA' })).toMatchObject({ status: 404 });
    expect(await post('/deletions', { ...edit, as: 'U0ADA' })).toMatchObject({ status: 404 });
    expect(await post('/messages', { as: 'U0ADA', channel: 'D0GRACE', text: 'x' })).toMatchObject({
      status: 404,
    });
    expect(await post('/messages', { as: 'U0BOT', channel: 'C0GENERAL', text: 'x' })).toMatchObject({
      status: 404,
    });
    expect(await post('/shortcuts', { ...edit, callbackId: 'another' })).toMatchObject({ status: 404 });
    expect(world.posted()).toEqual(['mine']);
  });

  test('writes what is typed as Slack would: entities encoded, mentions by id', async () => {
    await post(
      '/messages',
      question('@Threadsmith is 1 < 2 & why? ask @ada, not a@threadsmith.example <@U0GRACE> @nobody'),
    );
    expect(world.posted()).toEqual([
      '<@U0BOT> is 1 &lt; 2 &amp; why? ask <@U0ADA>, not a@threadsmith.example &lt;@U0GRACE&gt; @nobody',
    ]);
  });

  test('on a taken port names PORT', async () => {
    const error: unknown = await world.startPage(world.port).then(
      (second) => second.close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ExpectedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(new RegExp(`^PORT must be free, got ${world.port}, .*set PORT`)),
    });
  });
});
