import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ExpectedError } from '../../errors.js';
import type { Log } from '../../logger.js';
import type { SlackDouble } from '../slack/slack-double.js';
import type { Workspace } from '../slack/workspace.js';
import { createSlackCallLog } from '../slack-call-log.js';
import { citedPassages, runDetail } from '../view/run-detail.js';
import { createGuard } from './guard.js';
import { listenOnLoopback } from './listen-on-loopback.js';
import { createOpenModals } from './open-modals.js';
import { ownDocsPage } from './own-docs-page.js';
import { createPageActions, type PageActionsOptions, type PageSlack } from './page-actions.js';
import { createPageFeed, type PageFeedOptions } from './page-feed.js';
import { pageFile } from './page-files.js';
import { BadBody } from './read-body.js';
import { SECURITY_HEADERS } from './security-headers.js';

export interface PageServerOptions
  extends Pick<PageFeedOptions, 'threads' | 'modes'>,
    Partial<Pick<PageFeedOptions, 'suggestions' | 'shortcuts' | 'projectUrl'>> {
  readonly workspace: Workspace;
  readonly slack: PageSlack & Pick<SlackDouble, 'interact' | 'onCall'>;
  readonly documents: PageActionsOptions['documents'] & PageFeedOptions['documents'];
  readonly faults: PageActionsOptions['faults'] & PageFeedOptions['faults'];
  /** 0 takes a free one. */
  readonly port: number;
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

/**
 * Serves the playground's page on loopback, behind `createGuard`.
 *
 * @throws ExpectedError when the port is taken.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { workspace, slack, threads, log, token = randomBytes(24).toString('base64url') } = options;
  const { suggestions = () => [], shortcuts = [], projectUrl = () => undefined } = options;
  const calls = createSlackCallLog({ slack, workspace });
  const modals = createOpenModals({ workspace, interact: slack.interact });
  const people = [...workspace.users.values()].filter(({ isBot }) => !isBot);
  const feedOptions = { ...options, calls, modals, suggestions, shortcuts, projectUrl };
  const feeds = new Map(people.map(({ id }) => [id, createPageFeed({ ...feedOptions, userId: id })]));
  const actionFor = createPageActions({ ...options, modals, feeds, shortcuts });
  const server = await listenOnLoopback(
    (request, response) =>
      void handle(request, response).catch((error) => {
        const status = statusOf(error);
        if (status === 502) log.warn({ err: error }, 'the playground page could not answer');
        if (response.headersSent) return response.destroy();
        // The message goes to the one person who runs this program; there is no secret in it to keep from them.
        reply(response, status, error instanceof Error ? error.message : 'Failed');
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
    return show(request, response, verdict.path);
  }

  async function act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const action = actionFor(path);
    if (!action) return reply(response, 404, NOTHING_HERE);
    const answer = await action(request);
    if (answer === undefined) reply(response, 204, '');
    else sendJson(response, answer);
  }

  async function show({ method }: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, kind = '', id = ''] = path.split('/');
    switch (kind) {
      case 'events': {
        // Its answer would have no end, and nobody to read it.
        if (method === 'HEAD') return reply(response.setHeader('allow', 'GET'), 405, '');
        const feed = id === '' ? feeds.values().next().value : feeds.get(id);
        return feed ? feed.open(response) : reply(response, 404, NOTHING_HERE);
      }
      case 'runs': {
        const run = threads.run(id);
        return run
          ? sendJson(response, runDetail(run))
          : reply(response, 404, 'This run is not kept any more.');
      }
      case 'passages':
        return sendJson(response, citedPassages(threads.runsOf(id)));
      case 'calls': {
        const call = calls.detail(Number(id));
        return call ? sendJson(response, call) : reply(response, 404, 'This call is not kept any more.');
      }
      case 'docs': {
        const html = await ownDocsPage(id);
        return html === undefined
          ? reply(response, 404, 'There is no such page.')
          : void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
      }
    }
    const file = await pageFile(path);
    if (!file) return reply(response, 404, NOTHING_HERE);
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.content.length });
    response.end(file.content);
  }

  return {
    url: `http://localhost:${server.port}/?token=${token}`,
    docsUrl: `http://localhost:${server.port}/docs/`,
    async close() {
      for (const feed of feeds.values()) feed.close();
      modals.end();
      calls.close();
      await server.close();
    },
  };
}

const NOTHING_HERE = 'There is nothing here.';

/** Who asks for what there is not, is told; everything else is the program's own failure. */
function statusOf(error: unknown): number {
  if (error instanceof BadBody) return error.status;
  if (error instanceof RangeError) return 404;
  return error instanceof ExpectedError ? 422 : 502;
}

function sendJson(response: ServerResponse, content: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(content));
}

function reply(response: ServerResponse, status: number, text: string): void {
  // What was not read of a refused body must not be taken for the next request.
  if (status >= 400) response.setHeader('connection', 'close');
  if (text !== '') response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(text === '' ? undefined : `${text}\n`);
}
