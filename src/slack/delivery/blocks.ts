import type { KnownBlock } from '@slack/types';
import type { Source } from '../../rag/answer-event.js';
import type { Passage } from '../../rag/passage.js';
import { escapeMrkdwn } from '../firewall/safe-markdown.js';

/** The action id of the feedback buttons; their value is `<score>:<run id>`. */
export const FEEDBACK_ACTION = 'threadsmith_feedback';

/** The block id of buttons under a part of an answer that goes on in another message. */
export const PART_BLOCK = 'threadsmith_part';

/** Slack refuses a section above 3,000 characters. */
const MAX_SECTION_CHARS = 3_000;

/** Of a title with its headings. */
const MAX_LABEL_CHARS = 250;

/** Where to go on when the documents do not hold the answer. */
export interface WhereElse {
  /** The documents that come nearest, best first. */
  readonly nearest?: readonly Passage[] | undefined;
  /** People and channels, as people write them. */
  readonly askInstead?: readonly string[] | undefined;
}

/**
 * What follows an answer's text: its sources as a list with links and their age, or where to look and whom to ask instead,
 * and the feedback buttons that carry the run id.
 */
export function closingBlocks(
  sources: readonly Source[],
  runId: string,
  { nearest = [], askInstead = [] }: WhereElse = {},
): KnownBlock[] {
  return [
    ...section(
      '*Sources*',
      sources.map(({ number, passage }) => `[${number}] ${documentLink(passage, passage.headings)}`),
    ),
    ...section(
      '*Nearest documents*',
      nearest.map((passage) => `• ${documentLink(passage)}`),
    ),
    ...(askInstead.length > 0 ? section(`Ask instead: ${askInstead.map(plainName).join(', ')}`) : []),
    feedbackBlock(runId),
  ];
}

/** A heading with as many whole lines as fit; nothing for a list without lines. */
function section(heading: string, lines?: readonly string[]): KnownBlock[] {
  if (lines?.length === 0) return [];
  let text = heading.slice(0, MAX_SECTION_CHARS);
  for (const line of lines ?? []) if (text.length + line.length + 1 <= MAX_SECTION_CHARS) text += `\n${line}`;
  return [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true }];
}

function documentLink({ title, url, updatedAt }: Passage, headings: readonly string[] = []): string {
  const label = escapeMrkdwn([title, ...headings].join(' › ').slice(0, MAX_LABEL_CHARS)).replace(/\|/g, '¦');
  const link = url && /^https?:\/\//.test(url) ? `<${encodeForLink(url)}|${label}>` : label;
  return link + age(updatedAt);
}

/**
 * As a date that the reader's own Slack writes ("yesterday", "Feb 18, 2026"), in their time zone: "3 weeks ago" would be
 * wrong for whoever reads the thread later. https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
function age(updatedAt: string | undefined): string {
  const time = Date.parse(updatedAt ?? '');
  if (Number.isNaN(time)) return '';
  const day = new Date(time).toISOString().slice(0, 10);
  return ` (updated <!date^${Math.floor(time / 1000)}^{date_short_pretty}|${day}>)`;
}

/** It pages nobody, whatever was configured. */
function plainName(name: string): string {
  return escapeMrkdwn(name).replace(/@(?=\w)/g, '@\u2060');
}

/** The characters that would end a Slack link early. */
function encodeForLink(url: string): string {
  return url
    .replace(/&/g, '&amp;')
    .replace(/</g, '%3C')
    .replace(/>/g, '%3E')
    .replace(/\|/g, '%7C')
    .replace(/\s/g, '%20');
}

/**
 * What follows a part of an answer that goes on in another message: people vote where they read, and whatever they do with
 * that message, it names its run.
 */
export function partBlocks(runId: string): KnownBlock[] {
  return [{ ...feedbackBlock(runId), block_id: PART_BLOCK }];
}

function feedbackBlock(runId: string): KnownBlock {
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: FEEDBACK_ACTION,
        positive_button: { text: { type: 'plain_text', text: 'Good answer' }, value: `1:${runId}` },
        negative_button: { text: { type: 'plain_text', text: 'Bad answer' }, value: `0:${runId}` },
      },
    ],
  };
}

/** The score and the run of a click's value, or undefined when the value is not ours. */
export function parseFeedback(value: string | undefined): { score: 0 | 1; runId: string } | undefined {
  const [, score, runId] = /^([01]):([0-9a-f-]{36})$/.exec(value ?? '') ?? [];
  return runId ? { score: score === '1' ? 1 : 0, runId } : undefined;
}
