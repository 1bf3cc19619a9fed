import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Log } from '../logger.js';
import { createEventStreams } from './event-streams.js';
import { createGuard } from './guard.js';
import { listenOnLoopback } from './listen-on-loopback.js';
import { ownDocsPage } from './own-docs-page.js';
import { createPageFeed, type PageFeedOptions } from './page-feed.js';
import { BadBody, readJson } from './read-json.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { encodeSlackEntities } from './slack-entities.js';

/** Sends what the user did to the bot, as Slack would; both resolve when the bot has acknowledged it. */
export interface PageActions {
  post(message: {
    channelId: string;
    userId: string;
    text: string;
    threadTs?: string | undefined;
  }): Promise<unknown>;
  click(click: {
    channelId: string;
    userId: string;
    messageTs: string;
    actionId: string;
    value: string;
  }): Promise<unknown>;
}

export interface PageServerOptions extends Omit<PageFeedOptions, 'streams' | 'userId'>, PageActions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Whom the page speaks as. @default the first user who is no bot */
  readonly userId?: string;
  /** @default 192 random bits */
  readonly token?: string;
  readonly log: Pick<Log, 'warn'>;
}

export interface PageServer {
  /** The link to print, with this start's token. */
  readonly url: string;
  /** Where the product's documentation can be read, in a browser that has opened the link. */
  readonly docsUrl: string;
  close(): Promise<void>;
}

/** From both src/playground and dist/playground. */
const PAGE = new URL('../../src/playground/page/', import.meta.url);

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/docs.css': ['docs.css', 'text/css; charset=utf-8'],
  '/messages.css': ['messages.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/composer.js': ['composer.js', 'text/javascript; charset=utf-8'],
  '/message.js': ['message.js', 'text/javascript; charset=utf-8'],
  '/trace.js': ['trace.js', 'text/javascript; charset=utf-8'],
  '/dom.js': ['dom.js', 'text/javascript; charset=utf-8'],
};

/** Characters of one message, as in Slack. */
const MAX_TEXT = 40_000;
/** Bytes: MAX_TEXT characters in any script, JSON escapes included. */
const MAX_BODY = 256 * 1024;

const TS = z.string().regex(/^\d{10}\.\d{6}$/);
const POSTED = z.object({
  channel: z.string(),
  threadTs: TS.optional(),
  text: z.string().trim().min(1).max(MAX_TEXT),
});
const CLICKED = z.object({ channel: z.string(), messageTs: TS, actionId: z.string(), value: z.string() });

/**
 * Serves the playground's page on loopback, behind `createGuard`.
 *
 * @throws ExpectedError when the port is taken.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { workspace, log, token = randomBytes(24).toString('base64url') } = options;
  const userId = options.userId ?? [...workspace.users.values()].find(({ isBot }) => !isBot)?.id ?? '';
  const streams = createEventStreams();
  const feed = createPageFeed({ ...options, userId, streams });
  const server = await listenOnLoopback(
    (request, response) =>
      void handle(request, response).catch((error) => {
        if (!(error instanceof BadBody)) log.warn({ error }, 'the playground page could not answer');
        if (response.headersSent) return response.destroy();
        // The message goes to the one person who runs this program; there is no secret in it to keep from them.
        reply(
          response,
          error instanceof BadBody ? error.status : 502,
          error instanceof Error ? error.message : 'Failed',
        );
      }),
    options.port,
  );
  const guard = createGuard({ port: server.port, token });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const verdict = guard(request);
    if (verdict.action === 'refuse') return reply(response, verdict.status, verdict.reason);
    if (verdict.action === 'welcome') {
      response.setHeader('set-cookie', verdict.cookie).setHeader('location', '/');
      return reply(response, 303, '');
    }
    if (request.method === 'POST') return act(request, response, verdict.path);
    if (verdict.path === '/events') return streams.open(response, 'snapshot', feed.snapshot());
    if (verdict.path.startsWith('/docs/')) return sendDocs(response, verdict.path.slice('/docs/'.length));
    const [file, type] = FILES[verdict.path] ?? [];
    if (file === undefined || type === undefined) return reply(response, 404, 'There is nothing here.');
    const content = await readFile(new URL(file, PAGE));
    response.writeHead(200, { 'content-type': type, 'content-length': content.length }).end(content);
  }

  async function act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '/messages') {
      const { channel, threadTs, text } = parse(POSTED, await readJson(request, MAX_BODY));
      if (!feed.hasChannel(channel)) return reply(response, 404, `There is no channel ${channel}.`);
      await options.post({
        channelId: channel,
        userId,
        threadTs,
        text: withMentions(encodeSlackEntities(text)),
      });
      return reply(response, 204, '');
    }
    if (path === '/clicks') {
      const { channel, messageTs, actionId, value } = parse(CLICKED, await readJson(request, MAX_BODY));
      const click = { channelId: channel, messageTs, actionId, value };
      if (!feed.hasButton(click)) return reply(response, 404, 'There is no such button.');
      await options.click({ ...click, userId });
      feed.clicked(click);
      return reply(response, 204, '');
    }
    return reply(response, 404, 'There is nothing here.');
  }

  /** What Slack's message box does with `@name`. */
  function withMentions(text: string): string {
    const ids = new Map([...workspace.users.values()].map(({ id, name }) => [name.toLowerCase(), id]));
    return text.replace(/(?<![\w@.])@([\w-]+)/g, (whole, name) => {
      const id = ids.get(name.toLowerCase());
      return id === undefined ? whole : `<@${id}>`;
    });
  }

  return {
    url: `http://localhost:${server.port}/?token=${token}`,
    docsUrl: `http://localhost:${server.port}/docs/`,
    async close() {
      feed.close();
      streams.close();
      await server.close();
    },
  };
}

async function sendDocs(response: ServerResponse, name: string): Promise<void> {
  const html = await ownDocsPage(name);
  if (html === undefined) return reply(response, 404, 'There is no such page.');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

function reply(response: ServerResponse, status: number, text: string): void {
  // What was not read of a refused body must not be taken for the next request.
  if (status >= 400) response.setHeader('connection', 'close');
  if (text !== '') response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(text === '' ? undefined : `${text}\n`);
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success) throw new BadBody(400, z.prettifyError(result.error));
  return result.data;
}
