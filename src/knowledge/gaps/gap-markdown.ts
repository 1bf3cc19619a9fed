import { toMarkdown } from 'mdast-util-to-markdown';
import type { Gap } from './gap.js';
import type { GapGroup } from './gap-groups.js';

export interface GapReport {
  /** How far back it looks. */
  readonly days: number;
  readonly groups: readonly GapGroup[];
  /** Questions of which nothing but their number can be said: their traces hold no text. */
  readonly unrecorded: number;
  /** Questions from conversations that the readers are not in. */
  readonly withheld: number;
  /** Older ones, beyond what is grouped. */
  readonly leftOut: number;
}

export interface GapMarkdownOptions {
  /** What goes beyond is counted only. @default all */
  readonly mostGroups?: number;
  /** @default 5 */
  readonly mostQuestions?: number;
}

type Node = Parameters<typeof toMarkdown>[0];
type Block = Extract<Node, { type: 'root' }>['children'][number];
type Paragraph = Extract<Node, { type: 'paragraph' }>;
type Inline = Paragraph['children'][number];
type ListItem = Extract<Node, { type: 'listItem' }>;

const LONGEST_QUESTION = 200;
const LONGEST_CORRECTION = 400;
const MOST_DOCUMENTS = 3;
const MOST_CORRECTIONS = 3;

/** The report as Markdown. Whatever people wrote in their questions stands in it as text. */
export function gapMarkdown(report: GapReport, options: GapMarkdownOptions = {}): string {
  const { mostGroups = Number.POSITIVE_INFINITY, mostQuestions = 5 } = options;
  const shown = report.groups.slice(0, mostGroups);
  const children: Block[] = [
    { type: 'heading', depth: 1, children: text(`Knowledge gaps of the last ${days(report.days)}`) },
    paragraph(summary(report)),
    ...shown.flatMap((group, index) => groupBlocks(group, index + 1, mostQuestions)),
  ];
  const notes = [
    [report.groups.length - shown.length, 'smaller groups are not shown: `npm run gaps` lists them all.'],
    [report.withheld, 'more were asked in private channels and direct messages: `npm run gaps` lists them.'],
    [report.unrecorded, 'more have no text, because TRACE_CONTENT keeps it out of their traces.'],
    [report.leftOut, 'older ones were left out: choose fewer days with --days.'],
  ] as const;
  for (const [count, note] of notes) if (count > 0) children.push(paragraph(`${count} ${note}`));
  return toMarkdown({ type: 'root', children }, { bullet: '-', rule: '-' });
}

function summary({ groups, withheld, unrecorded, days: within }: GapReport): string {
  const gaps = groups.flatMap((group) => group.gaps);
  if (gaps.length === 0 && withheld + unrecorded === 0)
    return `Every question of the last ${days(within)} was answered, and no answer was voted down.`;
  const notFound = gaps.filter((gap) => gap.notFound).length;
  const voted = gaps.filter(({ downvotes }) => downvotes > 0).length;
  return `${questions(gaps.length)} in ${groups.length} ${groups.length === 1 ? 'group' : 'groups'}: ${notFound} that the documents did not answer, ${voted} whose answer was voted down.`;
}

function groupBlocks(group: GapGroup, number: number, mostQuestions: number): Block[] {
  const [first] = group.gaps;
  if (!first) return [];
  const hidden = group.gaps.length - mostQuestions;
  const items = group.gaps.slice(0, mostQuestions).map(questionItem);
  if (hidden > 0) items.push(item([paragraph(`and ${hidden} more`)]));
  return [
    { type: 'heading', depth: 2, children: text(`${number}. ${cut(first.question, LONGEST_QUESTION)}`) },
    paragraph(figures(group)),
    { type: 'list', ordered: false, spread: false, children: items },
    ...nearestBlock(group),
    ...group.corrections.slice(0, MOST_CORRECTIONS).map(
      (correction): Block => ({
        type: 'blockquote',
        children: [paragraph(`Should have been: ${cut(correction, LONGEST_CORRECTION)}`)],
      }),
    ),
  ];
}

function figures({ gaps, people, notFound, downvotes, reasons, lastAskedAt }: GapGroup): string {
  const why = reasons.map(({ item: reason, count }) => (count === 1 ? reason : `${reason} ${count}×`));
  return [
    `asked ${gaps.length}× by ${people === 1 ? 'one person' : `${people} people`}`,
    ...(notFound > 0 ? [`not answered ${notFound}×`] : []),
    ...(downvotes > 0 ? [`👎 ${downvotes}×${why.length > 0 ? ` (${why.join(', ')})` : ''}`] : []),
    `last on ${dateOf(lastAskedAt)}`,
  ].join(' · ');
}

function questionItem({ question, askedAt, slackUrl, traceUrl }: Gap): ListItem {
  const links: Inline[] = [
    ...(slackUrl ? [...text(' · '), link('Slack', slackUrl)] : []),
    ...text(' · '),
    link('LangSmith', traceUrl),
  ];
  return item([
    {
      type: 'paragraph',
      children: [...text(`${cut(question, LONGEST_QUESTION)} · ${dateOf(askedAt)}`), ...links],
    },
  ]);
}

function nearestBlock({ nearest }: GapGroup): Block[] {
  if (nearest.length === 0) return [paragraph('No document came near.')];
  const names = nearest.slice(0, MOST_DOCUMENTS).flatMap(({ item: { title, url }, count }, index) => {
    const name = url && /^https?:/.test(url) ? [link(title, url)] : text(title);
    return [...text(index === 0 ? '' : ', '), ...name, ...text(count > 1 ? ` (${count}×)` : '')];
  });
  return [{ type: 'paragraph', children: [...text('Nearest documents: '), ...names] }];
}

function item(children: ListItem['children']): ListItem {
  return { type: 'listItem', spread: false, children };
}

function paragraph(value: string): Paragraph {
  return { type: 'paragraph', children: text(value) };
}

function text(value: string): Inline[] {
  return value === '' ? [] : [{ type: 'text', value }];
}

function link(label: string, url: string): Inline {
  return { type: 'link', url, children: text(label) };
}

/** In one line. */
function cut(value: string, most: number): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${[...line].slice(0, most - 1).join('')}…`;
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function days(count: number): string {
  return count === 1 ? 'day' : `${count} days`;
}

function questions(count: number): string {
  return count === 1 ? '1 question' : `${count} questions`;
}
