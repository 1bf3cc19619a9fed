import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { readDocument } from '../../src/knowledge/ingest/read-document.js';
import type { ServiceSettings, SourceAccess } from '../../src/knowledge/loaders/source-access.js';
import type {
  FailedDocument,
  SourceDocument,
  SourceKind,
  SourceOptions,
} from '../../src/knowledge/source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';
import { createNetwork } from '../../src/network.js';
import { pdfOf } from '../support/file-fixtures.js';
import { openStore } from '../support/ingest-fixture.js';

type Answer =
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly text?: string | Uint8Array;
      readonly location?: string;
      /** Requests of this hour. */
      readonly remaining?: number;
    }
  | undefined;

/** A service on loopback that answers as recorded, and knows what it was asked. */
async function startService(answers: (path: string, origin: string) => Answer) {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const path = `${request.method === 'GET' ? '' : `${request.method} `}${request.url}`;
    requests.push({ path, authorization: request.headers.authorization });
    const {
      status = 200,
      json,
      text = JSON.stringify(json),
      location,
      remaining,
    } = answers(path, origin) ?? { status: 404, json: {} };
    response
      .writeHead(status, {
        'content-type': json === undefined ? 'text/plain' : 'application/json',
        ...(location && { location }),
        ...(remaining !== undefined && { 'x-ratelimit-remaining': String(remaining) }),
      })
      .end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, requests };
}

/** An address on loopback where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function load(
  kind: SourceKind,
  location: string,
  services: ServiceSettings,
  { options = {}, ...access }: Partial<SourceAccess> & { options?: SourceOptions } = {},
) {
  const network = createNetwork();
  onTestFinished(() => network.close());
  const { fetch, publicFetch } = network;
  const reach = { fetch, publicFetch, services, sleep: async () => {}, ...access };
  const loaded: (SourceDocument | FailedDocument)[] = [];
  for await (const document of await loadSource({ name: 'x', kind, location, options }, reach))
    loaded.push(await readDocument(document));
  return loaded;
}

/** Indexes a source, has something happen to it, and brings it up to date. */
async function ingestTwice(
  kind: SourceKind,
  location: string,
  services: ServiceSettings,
  between: () => void,
) {
  const network = createNetwork();
  onTestFinished(() => network.close());
  const { store } = await openStore();
  const source = { name: 'x', kind, location, options: {} };
  const { fetch, publicFetch } = network;
  const access = { fetch, publicFetch, services, sleep: async () => {} };
  const ingest = async () => ingestSource(store, source, await loadSource(source, access));
  const report = await ingest();
  const before = await store.counts();
  between();
  try {
    return { report, again: await ingest() };
  } finally {
    expect(await store.counts()).toEqual(before);
  }
}

/** The loaders log what fails: here it has to be told instead. */
const logged = [vi.spyOn(console, 'error'), vi.spyOn(console, 'log'), vi.spyOn(console, 'warn')];
const globalFetch = vi.spyOn(globalThis, 'fetch');
afterEach(() => {
  for (const spy of [...logged, globalFetch]) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockClear();
  }
});

describe('Confluence', () => {
  const body = (value: string) => ({ storage: { value, representation: 'storage' } });
  const version = { number: 3, when: '2024-05-06T07:08:09.000Z', by: { displayName: 'Ada' } };
  const pages = [
    {
      ...{ id: '101', type: 'page', status: 'current', title: 'Refunds', version },
      body: body('<h2>How long</h2><p>Ten days.</p><ul><li>By card</li></ul>'),
    },
    {
      ...{ id: '102', type: 'page', status: 'current', title: 'Deep', version },
      body: body('<div>'.repeat(2000)),
    },
    { ...{ id: '103', type: 'page', status: 'current', title: 'No body', version } },
  ];
  const confluence = (failing?: number) =>
    startService((path) => {
      const start = Number(/^\/wiki\/rest\/api\/content\?spaceKey=ENG&.*start=(\d+)/.exec(path)?.[1]);
      if (start === failing) return { status: 401, json: { message: 'Unauthorized' } };
      const results = pages.slice(start, start + 2);
      return { json: { results, start, limit: 2, size: results.length } };
    });
  const settings = (origin: string, email?: string) => ({
    confluence: { url: `${origin}/wiki`, token: 'secret', email },
  });

  it('gives the pages of a space, with address, date and headings', async () => {
    const service = await confluence();
    const loaded = await load('confluence', 'ENG', settings(service.origin, 'bot@example.com'));
    expect(loaded).toMatchObject([
      {
        path: '101',
        format: 'markdown',
        text: '# Refunds\n\n## How long\n\nTen days.\n\n- By card',
        url: `${service.origin}/wiki/spaces/ENG/pages/101`,
        updatedAt: '2024-05-06T07:08:09.000Z',
      },
      { path: '102', reason: expect.stringContaining('512 levels') },
      { path: '103', reason: expect.stringContaining('with a body') },
    ]);
    const basic = `Basic ${Buffer.from('bot@example.com:secret').toString('base64')}`;
    expect(service.requests.map(({ authorization }) => authorization)).toEqual([basic, basic, basic]);
  });

  it('fails as a whole when it refuses, also in the middle: half a space must not be taken for all', async () => {
    const service = await confluence(2);
    const loading = load('confluence', 'ENG', settings(service.origin));
    await expect(loading).rejects.toThrow(/answered 401: .*Unauthorized.*Check the token/);
    expect(service.requests[0]?.authorization).toBe('Bearer secret');
    const many = load('confluence', 'ENG', settings((await confluence()).origin), {
      limits: { documents: 2 },
    });
    await expect(many).rejects.toThrow('at most 2 pages');
  });

  it.each([
    [
      { status: 302, text: '', location: 'https://sso.test/login' },
      /answered 302 and sends on to https:\/\/sso\.test/,
    ],
    [{ text: '<html>\n<title>Log in</title>' }, /Expected JSON from 127.*got <html> <title>Log in/],
  ])('says what came instead of an answer (%#)', async (answer, reason) => {
    const service = await startService(() => answer);
    await expect(load('confluence', 'ENG', settings(service.origin))).rejects.toThrow(reason);
  });

  it('says why it cannot be reached', async () => {
    const closed = await closedPort();
    await expect(load('confluence', 'ENG', settings(closed))).rejects.toThrow(
      /^127\.0\.0\.1:\d+ cannot be asked: the connection failed: .*ECONNREFUSED/,
    );
  });

  it('says what it needs', async () => {
    await expect(load('confluence', 'ENG', {})).rejects.toThrow('CONFLUENCE_URL, CONFLUENCE_TOKEN');
  });
});

describe('Notion', () => {
  const [root, child, broken, database] = [1, 2, 3, 4].map((n) => `0000000${n}-0000-4000-8000-000000000000`);
  const richText = (content: string) => [
    {
      ...{ type: 'text', text: { content, link: null }, plain_text: content, href: null },
      annotations: {
        bold: false,
        italic: false,
        strikethrough: false,
        underline: false,
        code: false,
        color: 'default',
      },
    },
  ];
  const page = (id = '', title = '') => ({
    ...{ object: 'page', id, url: `https://www.notion.so/${title}-${id.replaceAll('-', '')}` },
    ...{ created_time: '2024-01-01T00:00:00.000Z', last_edited_time: '2024-05-06T07:08:00.000Z' },
    properties: { Name: { id: 'title', type: 'title', title: richText(title) } },
  });
  const block = (type: string, content: object, id = 'b') => ({
    ...{ object: 'block', id, type, has_children: false, [type]: content },
    ...{ created_time: '2024-01-01T00:00:00.000Z', archived: false },
  });
  const list = (results: unknown[]) => ({ object: 'list', results, has_more: false, next_cursor: null });
  const missing = {
    status: 404,
    json: { object: 'error', status: 404, code: 'object_not_found', message: 'Not shared' },
  };
  const notion = (path: string): Answer => {
    const [, kind = '', id] = /\/v1\/(\w+)\/([\w-]+)/.exec(path) ?? [];
    switch (`${kind} ${id}`) {
      case `pages ${root}`:
        return { json: page(root, 'Handbook') };
      case `pages ${child}`:
        return { json: page(child, 'Deploy') };
      case `pages ${broken}`:
        return { json: page(broken, 'Broken') };
      case `blocks ${root}`:
        return {
          json: list([
            block('heading_2', { rich_text: richText('Start'), is_toggleable: false, color: 'default' }),
            block('paragraph', { rich_text: richText('Read this first.'), color: 'default' }),
            block('child_page', { title: 'Deploy' }, child),
            block('child_page', { title: 'Broken' }, broken),
          ]),
        };
      case `blocks ${child}`:
        return { json: list([block('paragraph', { rich_text: richText('Ship it.'), color: 'default' })]) };
      case `blocks ${broken}`:
        return {
          status: 403,
          json: { object: 'error', status: 403, code: 'restricted_resource', message: 'No access' },
        };
      case `databases ${database}`:
        return {
          json: {
            object: 'database',
            id: database,
            title: richText('Guides'),
            data_sources: [{ id: 'ds', name: 'x' }],
          },
        };
      case 'data_sources ds':
        return { json: list([page(child, 'Deploy')]) };
      default:
        return missing;
    }
  };
  const settings = (origin: string) => ({ notion: { apiUrl: origin, token: 'ntn_x' } });

  it('gives a page with those below it, and says which could not be read', async () => {
    const service = await startService(notion);
    const loaded = await load('notion', root ?? '', settings(service.origin));
    expect(loaded).toMatchObject([
      {
        path: root,
        text: expect.stringMatching(/^# Handbook\n\n\s*## Start\s+Read this first\./),
        url: expect.stringContaining('https://www.notion.so/Handbook'),
        updatedAt: '2024-05-06T07:08:00.000Z',
      },
      { path: child, text: expect.stringMatching(/^# Deploy\n\n\s*Ship it\./) },
      { path: broken, reason: 'Notion answered 403: No access' },
    ]);
    expect(new Set(service.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer ntn_x']),
    );
  });

  it('gives the pages of a database', async () => {
    const service = await startService(notion);
    const loaded = await load('notion', database ?? '', settings(service.origin));
    expect(loaded).toMatchObject([{ path: child, text: expect.stringContaining('Ship it.') }]);
  });

  it.each([
    ['retrieved', `databases ${database}`],
    ['queried', 'data_sources ds'],
  ])('keeps what is indexed when a database below a page cannot be %s', async (_, failing) => {
    let broken = false;
    const withDatabase = (path: string): Answer => {
      const [, kind = '', id] = /\/v1\/(\w+)\/([\w-]+)/.exec(path) ?? [];
      if (broken && `${kind} ${id}` === failing) return { status: 403, json: { message: 'No access' } };
      if (`${kind} ${id}` !== `blocks ${root}`) return notion(path);
      const text = block('paragraph', { rich_text: richText('Start here.'), color: 'default' });
      return { json: list([text, block('child_database', { title: 'Guides' }, database)]) };
    };
    const service = await startService(withDatabase);
    const { report, again } = await ingestTwice('notion', root ?? '', settings(service.origin), () => {
      broken = true;
    });
    expect(report).toMatchObject({ documents: 2, failed: [] });
    expect(again).toMatchObject({
      removed: 0,
      failed: [{ path: database, reason: expect.stringMatching(/^the database cannot be listed: /) }],
    });
  });

  it('keeps what is indexed below a page whose blocks cannot be read', async () => {
    let broken = false;
    const service = await startService((path) =>
      broken && path.includes(`/blocks/${root}`)
        ? { status: 403, json: { message: 'No access' } }
        : notion(path),
    );
    const { again } = await ingestTwice('notion', root ?? '', settings(service.origin), () => {
      broken = true;
    });
    expect(again).toMatchObject({ removed: 0, failed: [{ path: root }] });
  });

  it('says when a page is not shared, and what it needs', async () => {
    const service = await startService(() => missing);
    await expect(load('notion', root ?? '', settings(service.origin))).rejects.toThrow(
      /Could not find object.*Not shared/,
    );
    await expect(load('notion', root ?? '', {})).rejects.toThrow('NOTION_TOKEN');
  });
});

describe('GitHub', () => {
  const file = (origin: string, path: string, type = 'file') => ({
    ...{ name: path.split('/').at(-1), path, sha: 'f00', size: type === 'dir' ? 0 : 9, type },
    download_url: type === 'file' ? `${origin}/raw/${path}?token=t` : null,
  });
  const github = (path: string, origin: string, remaining = 5000): Answer => {
    const contents: Record<string, unknown[]> = {
      '': ['README.md', 'logo.png', 'index.html', 'gone.md', 'huge.md', 'plan.pdf'].map((name) =>
        file(origin, name),
      ),
      guide: [file(origin, 'guide/set up.rst'), file(origin, 'guide/link', 'symlink')],
    };
    contents['']?.push(file(origin, 'guide', 'dir'));
    if (path === '/repos/acme/docs') {
      return { json: { default_branch: 'trunk', html_url: 'https://github.com/acme/docs' } };
    }
    const listed = /^\/repos\/acme\/docs\/contents\/([^?]*)\?ref=trunk$/.exec(path)?.[1];
    if (listed !== undefined) return { json: contents[decodeURIComponent(listed)] };
    if (path.startsWith('/repos/acme/docs/commits?')) {
      const committer = { date: '2024-05-06T09:08:00+02:00' };
      return path.includes('sha=trunk') ? { json: [{ commit: { committer } }], remaining } : undefined;
    }
    if (path.startsWith('/raw/README.md')) return { text: '# Read me' };
    if (path.startsWith('/raw/index.html')) return { text: '<h1>Home</h1><p>Text' };
    if (path.startsWith('/raw/guide/set%20up.rst')) return { text: 'Set up\n======\n' };
    if (path.startsWith('/raw/plan.pdf')) return { text: pdfOf([['The plan']]) };
    if (path.startsWith('/raw/huge.md')) return { text: 'x'.repeat(1000) };
    return undefined;
  };
  const settings = (origin: string) => ({ github: { apiUrl: origin, token: 'github_pat_x' } });

  it('gives the documents of a private repository, linked to their files there', async () => {
    const service = await startService(github);
    const loaded = await load('github', 'acme/docs', settings(service.origin), {
      limits: { textBytes: 900 },
    });
    expect(loaded).toMatchObject([
      {
        path: 'README.md',
        format: 'markdown',
        text: '# Read me',
        url: 'https://github.com/acme/docs/blob/trunk/README.md',
        updatedAt: '2024-05-06T07:08:00.000Z',
      },
      { path: 'index.html', text: '# Home\n\nText' },
      { path: 'gone.md', reason: 'expected a file, GitHub answered 404' },
      { path: 'huge.md', reason: expect.stringContaining('at most 900 bytes') },
      { path: 'plan.pdf', text: 'The plan', url: 'https://github.com/acme/docs/blob/trunk/plan.pdf' },
      {
        path: 'guide/set up.rst',
        format: 'text',
        url: 'https://github.com/acme/docs/blob/trunk/guide/set%20up.rst',
        updatedAt: '2024-05-06T07:08:00.000Z',
      },
    ]);
    expect(service.requests.every(({ authorization }) => authorization === 'Bearer github_pat_x')).toBe(true);
    expect(service.requests.map(({ path }) => path).join()).not.toMatch(/logo|link/);
  });

  it('asks for no more dates when the hour has few requests left', async () => {
    const service = await startService((path, origin) => github(path, origin, 900));
    const loaded = await load('github', 'acme/docs', settings(service.origin));
    expect(loaded.filter((one) => 'updatedAt' in one)).toHaveLength(1);
    expect(service.requests.filter(({ path }) => path.includes('/commits?'))).toHaveLength(1);
  });

  it('may be one folder, published elsewhere', async () => {
    const service = await startService(github);
    const options = { baseUrl: 'https://docs.acme.test', include: ['**/*.rst'] };
    const loaded = await load('github', 'acme/docs/guide', settings(service.origin), { options });
    expect(loaded).toMatchObject([{ path: 'guide/set up.rst', url: 'https://docs.acme.test/set%20up' }]);
  });

  it('fails as a whole, and keeps what is indexed, when what it lists is no listing or has no documents', async () => {
    const odd = [{ message: 'odd' }, [file('http://x', 'x.js')], []];
    for (const listing of odd) {
      let answer: (path: string, origin: string) => Answer = github;
      const service = await startService((path, origin) => answer(path, origin));
      const ingesting = ingestTwice('github', 'acme/docs', settings(service.origin), () => {
        answer = (path, origin) => (path.includes('/contents/') ? { json: listing } : github(path, origin));
      });
      await expect(ingesting).rejects.toThrow(/Expected (?:a listing|documents)/);
    }
    const service = await startService(github);
    const options = { include: ['nowhere/**'] };
    await expect(load('github', 'acme/docs', settings(service.origin), { options })).rejects.toThrow(
      'found none that are wanted',
    );
  });

  it('gives its token to no other host, and fails as a whole where it is not let in', async () => {
    const elsewhere = await startService(() => ({ text: 'x' }));
    const service = await startService((path) => github(path, elsewhere.origin));
    const [first] = await load('github', 'acme/docs', settings(service.origin));
    expect(first).toMatchObject({
      path: 'README.md',
      reason: expect.stringContaining('Expected an address of'),
    });
    expect(elsewhere.requests).toEqual([]);
    const closed = await startService(() => ({ status: 404, json: { message: 'Not Found' } }));
    await expect(load('github', 'acme/docs', settings(closed.origin))).rejects.toThrow(
      /answered 404.*Check the token/,
    );
  });
});
