import { list, record, string } from '../unknown-json.js';
import { readableText } from './readable-text.js';
import { richText } from './rich-text.js';

/**
 * What a Slack message says, as Markdown: its blocks where they say something, else its `text`, and what is attached (another
 * app's details, a message that was shared, a pasted table). Previews of links are left out. Mentions of the bot are left
 * out too. Takes anything without throwing.
 */
export function messageText(message: unknown, botUserId: string): string {
  const { text, blocks, attachments } = record(message);
  const body = blocksText(blocks, botUserId) || mrkdwn(string(text), botUserId);
  return joined([body, ...list(attachments).map((each) => attachmentText(record(each), botUserId))]);
}

/** Blocks that hold what somebody wrote; those of other kinds are what an app puts around it. */
const WRITTEN: ReadonlySet<unknown> = new Set(['rich_text', 'markdown', 'table', 'header']);

/** The written part alone: of an answer of the bot without its list of sources. */
export function writtenText(message: unknown, botUserId: string): string {
  const { text, blocks } = record(message);
  const written = list(blocks).filter((block) => WRITTEN.has(record(block).type));
  return blocksText(written, botUserId) || mrkdwn(string(text), botUserId);
}

function blocksText(blocks: unknown, botUserId: string): string {
  return joined(list(blocks).map((block) => blockText(record(block), botUserId)));
}

/** Buttons, inputs and dividers say nothing. */
function blockText(block: Readonly<Record<string, unknown>>, botUserId: string): string {
  switch (block.type) {
    case 'rich_text':
      return richText(block.elements, botUserId);
    case 'markdown':
      return mrkdwn(string(block.text), botUserId);
    case 'table':
      return list(block.rows).map(tableRow).join('\n');
    case 'section':
      return joined(
        [block.text, ...list(block.fields)].map((text) => textObject(text, botUserId)),
        '\n',
      );
    case 'header':
      return textObject(block.text, botUserId);
    case 'context':
      return joined(
        list(block.elements).map((element) => textObject(element, botUserId)),
        ' ',
      );
    case 'image':
    case 'video':
      return textObject(block.title, botUserId) || string(block.alt_text);
    default:
      return '';
  }
}

/** `{ type: 'mrkdwn' | 'plain_text', text }`: only the one has markup. */
function textObject(value: unknown, botUserId: string): string {
  const { type, text } = record(value);
  return type === 'plain_text' ? string(text) : mrkdwn(string(text), botUserId);
}

function tableRow(row: unknown): string {
  const cells = list(row).map((cell) => {
    const { text, elements } = record(cell);
    return (string(text) || richText(elements)).replace(/\s*\n\s*/g, ' ');
  });
  return `| ${cells.join(' | ')} |`;
}

function attachmentText(attachment: Readonly<Record<string, unknown>>, botUserId: string): string {
  const { from_url, is_msg_unfurl, is_share, fallback, author_name, author_id } = attachment;
  const isShared = is_msg_unfurl === true || is_share === true;
  // Slack's preview of a link in the text, which nobody wrote.
  if (string(from_url) !== '' && !isShared) return '';
  const own = joined(
    [
      mrkdwn(string(attachment.pretext), botUserId),
      titleOf(attachment),
      blocksText(attachment.blocks, botUserId) ||
        blocksText(sharedBlocks(attachment), botUserId) ||
        mrkdwn(string(attachment.text), botUserId),
      ...list(attachment.fields).map((field) => fieldText(record(field), botUserId)),
    ],
    '\n',
  );
  const text = own || mrkdwn(string(fallback), botUserId);
  if (!isShared || text === '') return text;
  const author = string(author_id) || string(author_name);
  return `${author && `@${author} wrote:\n`}${text.replace(/^/gm, '> ')}`;
}

function titleOf({ title, title_link }: Readonly<Record<string, unknown>>): string {
  const [text, url] = [readableText(string(title)), string(title_link)];
  return text && url ? `[${text}](${url})` : text;
}

/** A message that was shared carries its blocks in `message_blocks`. */
function sharedBlocks({ message_blocks }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return list(message_blocks).flatMap((each) => list(record(record(each).message).blocks));
}

function fieldText({ title, value }: Readonly<Record<string, unknown>>, botUserId: string): string {
  return joined([string(title), mrkdwn(string(value), botUserId)], ': ');
}

function mrkdwn(text: string, botUserId: string): string {
  const mention = new RegExp(`([^\\S\\n]?)<@${botUserId}(?:\\|[^>]*)?>([^\\S\\n]?)`, 'g');
  return readableText(
    text.replace(mention, (_, before: string, after: string) => (before && after ? ' ' : '')),
  );
}

function joined(texts: readonly string[], gap = '\n\n'): string {
  return texts
    .filter((text) => text.trim() !== '')
    .join(gap)
    .trim();
}
