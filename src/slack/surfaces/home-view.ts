import type { HomeView, KnownBlock } from '@slack/types';
import { escapeMrkdwn } from '../firewall/safe-markdown.js';
import type { KnownDocuments, KnownSource } from './known-documents.js';

/** How a part of the bot is set up. */
export interface PartMode {
  readonly part: string;
  readonly mode: string;
}

/** How an asker goes on in a thread: as they are, or with another mention. */
export type GoOn = 'thread' | 'mention';

const GO_ON: Readonly<Record<GoOn, string>> = {
  thread: 'Go on there without a mention, until somebody else writes in it.',
  mention: 'Mention me again to go on.',
};
const howToAsk = (followUps: GoOn) => [
  `• *In a channel:* mention me. I answer in the thread, with my sources. ${GO_ON[followUps]}`,
  '• *In a direct message:* just write. Every message is a question.',
  '• *For yourself:* `/threadsmith` and your question. Only you see the answer, and you can share it.',
  '• *About a message:* open its menu (⋮) and choose *Ask about this message*.',
];
const NO_DOCUMENTS =
  'I have no documents yet, so I cannot answer. An admin can give me some with `npm run ingest -- <folder>`.';
const MOST_SOURCES = 15;
/** So many of them, with all that stands beside, fit into a section's 3,000 characters. */
const MAX_NAME_CHARS = 100;

export interface Home {
  readonly known: KnownDocuments;
  readonly followUps: GoOn;
  /** For admins: how each part of the bot is set up. */
  readonly modes?: readonly PartMode[] | undefined;
}

/** The Home tab: what the bot knows and how to ask it. */
export function homeView({ known, followUps, modes }: Home): HomeView {
  return {
    type: 'home',
    blocks: [
      header('How to ask'),
      section(howToAsk(followUps).join('\n')),
      header('What I know'),
      section(known.sources.some(({ chunks }) => chunks > 0) ? sourcesText(known.sources) : NO_DOCUMENTS),
      ...(modes ? [header('How I am set up'), section(modesText(modes)), ADMINS_ONLY] : []),
    ],
  };
}

/** For somebody whom the bot does not answer. */
export function closedHomeView(refusal: string): HomeView {
  return { type: 'home', blocks: [section(refusal)] };
}

const ADMINS_ONLY: KnownBlock = {
  type: 'context',
  elements: [{ type: 'plain_text', text: 'Only admins of the workspace see how I am set up.' }],
};

function sourcesText(sources: readonly KnownSource[]): string {
  const total = (of: 'documents' | 'chunks') => sources.reduce((sum, source) => sum + source[of], 0);
  const lines = sources
    .slice(0, MOST_SOURCES)
    .map(
      ({ name, kind, documents, refreshedAt }) =>
        `• ${shown(name)} (${kind}): ${counted(documents, 'document')}${refreshed(refreshedAt)}`,
    );
  const more = sources.length - lines.length;
  return [
    `${counted(total('documents'), 'document')} in ${counted(total('chunks'), 'passage')}, from:`,
    ...lines,
    ...(more > 0 ? [`• and ${counted(more, 'more source')}`] : []),
  ].join('\n');
}

/** As a date that the reader's own Slack writes, in their time zone; where nobody does, in UTC. */
function refreshed(at: string | undefined): string {
  const time = Date.parse(at ?? '');
  if (Number.isNaN(time)) return ', not refreshed yet';
  const utc = new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return `, refreshed <!date^${Math.floor(time / 1000)}^{date_short_pretty} {time}|${utc} UTC>`;
}

function modesText(modes: readonly PartMode[]): string {
  return modes.map(({ part, mode }) => `• *${shown(part)}:* ${shown(mode)}`).join('\n');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** It pages nobody and formats nothing, whatever it is called. */
function shown(name: string): string {
  return escapeMrkdwn(name.slice(0, MAX_NAME_CHARS)).replace(/@(?=\w)/g, '@\u2060');
}

function header(text: string): KnownBlock {
  return { type: 'header', text: { type: 'plain_text', text } };
}

function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true };
}
