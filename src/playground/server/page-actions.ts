import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ExpectedError } from '../../errors.js';
import type { DocumentDesk } from '../document-desk.js';
import { CONDITIONS, FAULT_PARTS, type FaultBoard } from '../fault-board.js';
import type { SlackDouble } from '../slack/slack-double.js';
import type { Workspace } from '../slack/workspace.js';
import { slackText } from '../view/typed-text.js';
import type { OpenModals } from './open-modals.js';
import type { PageFeed } from './page-feed.js';
import { BadBody, readBytes, readJson } from './read-body.js';
import { createUploads } from './uploads.js';

/** What people can do in the local workspace. */
export type PageSlack = Pick<
  SlackDouble,
  'post' | 'edit' | 'delete' | 'click' | 'stop' | 'command' | 'shortcut' | 'openHome'
>;

export interface PageActionsOptions {
  readonly workspace: Pick<Workspace, 'users' | 'botUserId' | 'message' | 'session'>;
  readonly slack: PageSlack;
  readonly modals: OpenModals;
  readonly documents: Pick<DocumentDesk, 'addFile' | 'addPage' | 'remove'>;
  readonly faults: Pick<FaultBoard, 'set' | 'heal'>;
  /** Of the people whom the page can speak as, by id; the first is the usual one. */
  readonly feeds: ReadonlyMap<string, PageFeed>;
  readonly shortcuts: readonly { readonly callbackId: string }[];
}

/** Characters of one message, as in Slack. */
const MAX_TEXT = 40_000;
/** Bytes: MAX_TEXT characters in any script, JSON escapes included. */
const MAX_JSON = 256 * 1024;
/** Bytes of a file: what an ingest takes at most. */
const MAX_FILE = 32 * 1024 * 1024;
const MAX_FILES = 10;

const TS = z.string().regex(/^\d{10}\.\d{6}$/);
const TOO_LONG = `Expected at most ${MAX_TEXT.toLocaleString('en')} characters, got more.`;
const TEXT = z.string().trim().min(1, 'A message needs some text.').max(MAX_TEXT, TOO_LONG);
const AS = { as: z.string().optional() };
const IN_CHANNEL = { ...AS, channel: z.string() };

const POSTED = z.object({
  ...IN_CHANNEL,
  threadTs: TS.optional(),
  text: TEXT,
  files: z.array(z.string()).max(MAX_FILES).optional(),
});
const EDITED = z.object({ ...IN_CHANNEL, ts: TS, text: TEXT });
const DELETED = z.object({ ...IN_CHANNEL, ts: TS });
const CLICKED = z.object({ ...IN_CHANNEL, messageTs: TS, actionId: z.string(), value: z.string() });
const STOPPED = z.object({ ...IN_CHANNEL, threadTs: TS });
const CHOSEN = z.object({ ...IN_CHANNEL, ts: TS, callbackId: z.string() });
const OPENED = z.object({ ...AS, tab: z.enum(['home', 'messages']) });
const SUBMITTED = z.object({
  ...AS,
  viewId: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.array(z.string().max(MAX_TEXT, TOO_LONG)).max(100))),
});
const CLOSED = z.object({ ...AS, viewId: z.string() });
const PAGE = z.object({
  address: z.string().trim().max(2_000, 'Expected an address of at most 2,000 characters.'),
});
const REMOVED = z.object({ name: z.string() });
const BROKEN = z.object({ part: z.enum(FAULT_PARTS), condition: z.enum(CONDITIONS) });
const NOTHING = z.object({});

/** What the page sends, and what becomes of it. Each resolves to what the page is answered, when the bot has acknowledged it. */
export function createPageActions(options: PageActionsOptions) {
  const { workspace, slack, modals, documents, faults, feeds } = options;
  const uploads = createUploads();
  const [usual = ''] = feeds.keys();

  function feedOf(as = usual): { readonly user: string; readonly feed: PageFeed } {
    const feed = feeds.get(as);
    if (!feed) throw new RangeError(`There is nobody called ${as} here.`);
    return { user: as, feed };
  }

  /** Who it is, when they are in the channel. */
  function memberOf({ as, channel }: { as?: string | undefined; channel: string }) {
    const person = feedOf(as);
    if (!person.feed.hasChannel(channel)) throw new RangeError(`There is no channel ${channel}.`);
    return person;
  }

  function checkOwn(channel: string, ts: string, user: string): void {
    if (workspace.message(channel, ts)?.userId !== user)
      throw new RangeError('Only your own messages can be changed.');
  }

  const actions: Readonly<Record<string, (request: IncomingMessage) => Promise<unknown>>> = {
    '/messages': json(POSTED, async ({ channel, threadTs, text, files = [], ...given }) => {
      const { user } = memberOf({ channel, ...given });
      if (text.startsWith('/')) return command({ channel, user, text, threadTs });
      await slack.post({
        ...{ channel, user, threadTs, text: slackText(text, workspace.users.values()) },
        ...(files.length > 0 && { files: uploads.take(files) }),
      });
    }),
    '/edits': json(EDITED, async ({ channel, ts, text, ...given }) => {
      const { user } = memberOf({ channel, ...given });
      checkOwn(channel, ts, user);
      await slack.edit({ channel, ts, text: slackText(text, workspace.users.values()) });
    }),
    '/deletions': json(DELETED, async ({ channel, ts, ...given }) => {
      checkOwn(channel, ts, memberOf({ channel, ...given }).user);
      await slack.delete({ channel, ts });
    }),
    '/clicks': json(CLICKED, async ({ channel, messageTs, actionId, value, ...given }) => {
      const { user, feed } = memberOf({ channel, ...given });
      const click = { channelId: channel, messageTs, actionId, value };
      if (!feed.hasButton(click)) throw new RangeError('There is no such button.');
      await slack.click({ channel, user, ts: messageTs, actionId, value });
      feed.clicked(click);
    }),
    '/stops': json(STOPPED, async ({ channel, threadTs, ...given }) => {
      const { user } = memberOf({ channel, ...given });
      if (workspace.session(channel, threadTs) !== 'processing')
        throw new ExpectedError('The answer had ended already.');
      await slack.stop({ channel, user, threadTs });
    }),
    '/shortcuts': json(CHOSEN, async ({ channel, ts, callbackId, ...given }) => {
      const { user } = memberOf({ channel, ...given });
      if (!options.shortcuts.some((shortcut) => shortcut.callbackId === callbackId))
        throw new RangeError('There is no such shortcut.');
      await slack.shortcut({ channel, user, ts, callbackId });
    }),
    // Slack tells the app that its own view was opened; it may suggest what to ask, and fill the Home tab.
    '/openings': json(OPENED, async ({ as, tab }) => {
      await slack.openHome(feedOf(as).user, tab);
    }),
    '/modals/submit': json(SUBMITTED, async ({ as, viewId, values }) => ({
      problems: await modals.submit(feedOf(as).user, viewId, values),
    })),
    '/modals/close': json(CLOSED, async ({ as, viewId }) => modals.close(feedOf(as).user, viewId)),
    '/uploads': file(async (name, mimetype, content) => ({ id: uploads.add({ name, mimetype, content }) })),
    '/documents': file((name, _type, bytes) => documents.addFile(name, bytes)),
    '/documents/page': json(PAGE, ({ address }) => documents.addPage(address)),
    '/documents/remove': json(REMOVED, ({ name }) => documents.remove(name)),
    '/faults': json(BROKEN, async ({ part, condition }) => faults.set(part, condition)),
    '/faults/heal': json(NOTHING, async () => faults.heal()),
  };

  /** What Slack does with what begins with a slash. */
  async function command({ text, threadTs, ...place }: CommandText): Promise<void> {
    const [, name = '', rest = ''] = /^(\/\S*)\s*(.*)$/s.exec(text) ?? [];
    const known = `/${workspace.users.get(workspace.botUserId)?.name}`;
    if (name !== known) throw new ExpectedError(`${name} is no command here; ${known} is.`);
    if (threadTs) throw new ExpectedError('Slack takes no commands in threads: type it in the channel.');
    const { acked } = await slack.command({
      ...place,
      command: name,
      text: slackText(rest, workspace.users.values()),
    });
    if (!acked) throw new ExpectedError(`${name} failed: the app did not answer within 3 seconds.`);
  }

  return (path: string) => (Object.hasOwn(actions, path) ? actions[path] : undefined);
}

interface CommandText {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly threadTs: string | undefined;
}

/** @throws BadBody in the action it makes, for a body that is not of this form. */
function json<Content>(schema: z.ZodType<Content>, act: (content: Content) => Promise<unknown>) {
  return async (request: IncomingMessage): Promise<unknown> => {
    const result = schema.safeParse(await readJson(request, MAX_JSON));
    if (!result.success) throw new BadBody(400, whatIsWrong(result.error));
    return act(result.data);
  };
}

/** In the schema's own words where a person can cause it; the page itself sends nothing else that is wrong. */
function whatIsWrong({ issues: [issue] }: z.ZodError): string {
  if (issue?.code === 'too_small' || issue?.code === 'too_big') return issue.message;
  return `The page sent what this program does not expect (${issue?.path.join('.') || 'no object'}): load it again.`;
}

function file(act: (name: string, type: string, bytes: Uint8Array) => Promise<unknown>) {
  return async (request: IncomingMessage): Promise<unknown> => {
    const name = headerText(request.headers['x-file-name']).slice(0, 255);
    const type = headerText(request.headers['x-file-type']);
    if (name === '' || /[/\\\p{Cc}]/u.test(name)) throw new BadBody(400, 'A file needs a name.');
    const mimetype = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
    return act(name, mimetype, await readBytes(request, MAX_FILE));
  };
}

/** Headers are ASCII: the page encodes what is not. */
function headerText(value: string | string[] | undefined): string {
  try {
    return decodeURIComponent(String(value ?? ''));
  } catch {
    return '';
  }
}
