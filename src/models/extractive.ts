import type { ChatModel } from '../rag/chat-model.js';
import type { Passage } from '../rag/passage.js';

export interface ExtractiveOptions {
  /** Said first, so that nobody takes quotes for a written answer. */
  readonly label: string | ((question: string) => string);
  /** How many passages are quoted. @default 3 */
  readonly quotes?: number;
}

/** Longer blocks are quoted up to a sentence's end. */
const MAX_QUOTE_CHARS = 700;

/** No model at all: the best block of each of the best passages, quoted and cited. Fully local. */
export function createExtractive({ label, quotes = 3 }: ExtractiveOptions): ChatModel {
  return async function* extract({ question, passages }) {
    if (passages.length > 0)
      yield { type: 'text', text: `_${typeof label === 'string' ? label : label(question)}_` };
    const words = wordsOf(question);
    for (const [index, passage] of passages.slice(0, quotes).entries()) {
      const quote = shorten(bestBlock(passage, words));
      yield { type: 'text', text: `\n\n${asQuote(withoutRelativeLinks(quote))}` };
      yield { type: 'citation', passage: index, quote: quote.replace(/\s*…$/, '') };
    }
    const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    const message = {
      provider: 'threadsmith',
      model: 'extractive',
      stopReason: 'end_turn',
      content: [],
      usage,
    };
    yield { type: 'end', message };
  };
}

/** Half as much as in the block itself: a heading says what the block is about. */
const HEADING_WEIGHT = 0.5;
/** Cells quoted without their table are hard to read: prose of equal worth goes first. */
const TABLE_WEIGHT = 0.7;

function bestBlock({ text }: Passage, words: ReadonlySet<string>): string {
  let best = { text, score: -1 };
  for (const block of blocksOf(text)) {
    const weight = block.text.startsWith('|') ? TABLE_WEIGHT : 1;
    const score = weight * (overlap(block.text, words) + HEADING_WEIGHT * overlap(block.heading, words));
    if (score > best.score) best = { text: block.text, score };
  }
  return best.text;
}

/** Paragraphs, lists, tables and whole code fences under their headings; "Then:" takes what it announces with it. */
function blocksOf(text: string): { heading: string; text: string }[] {
  const parts = text.match(/```[\s\S]*?(?:```|$)|(?:(?!```)[^\n]|\n(?!\n|```|#+ ))+/g) ?? [];
  const blocks: { heading: string; text: string }[] = [];
  let heading = '';
  for (const part of parts) {
    const above = /^#+ (.*)$/m.exec(part)?.[1];
    heading = above ?? heading;
    const body = part.replace(/^#+ .*\n?/gm, '').trim();
    const before = blocks.at(-1);
    if (body === '') continue;
    if (before?.text.endsWith(':') && above === undefined) before.text += `\n\n${body}`;
    else blocks.push({ heading, text: body });
  }
  return blocks;
}

function overlap(block: string, words: ReadonlySet<string>): number {
  let hits = 0;
  for (const word of wordsOf(block)) if (words.has(word)) hits += 1;
  return hits;
}

/** Words of four letters and more, cut to six: a poor man's stem is enough to choose among blocks already retrieved. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]{4,}/gu)
      ?.map((word) => word.slice(0, 6)),
  );
}

function shorten(block: string): string {
  if (block.length <= MAX_QUOTE_CHARS || block.includes('```')) return block;
  const head = block.slice(0, MAX_QUOTE_CHARS);
  const lineEnd = head.lastIndexOf('\n');
  // A row stands whole or not at all, and what follows on its last bar would be a cell too many, which nobody sees.
  if (isRow(head.slice(lineEnd + 1)) && lineEnd > 0) return `${head.slice(0, lineEnd).trimEnd()}\n\n…`;
  const end = Math.max(head.lastIndexOf('. ') + 1, lineEnd);
  const kept = head.slice(0, end > MAX_QUOTE_CHARS / 3 ? end : MAX_QUOTE_CHARS).trimEnd();
  return `${kept}${isRow(kept.slice(kept.lastIndexOf('\n') + 1)) ? '\n\n' : ''}…`;
}

function isRow(line: string): boolean {
  return line.startsWith('|');
}

/** A link to another file of the documentation leads nowhere from Slack: its words stay. */
function withoutRelativeLinks(markdown: string): string {
  return markdown.replace(/!?\[([^\]]*)\]\((?![a-z]+:)[^)]*\)/gi, '$1');
}

/** Quoted line by line; a paragraph that its author broke at 80 columns is one line again, and code stays as it is. */
function asQuote(block: string): string {
  return block
    .split(/(```[\s\S]*?```)/)
    .map((part) => (part.startsWith('```') ? part : part.trim() && quoteLines(joinLines(part.trim()))))
    .filter((part) => part !== '')
    .join('\n')
    .concat(block.endsWith('```') ? '\n' : '');
}

function quoteLines(text: string): string {
  return text.replace(/^/gm, '> ');
}

/** A line that begins no list item, row or quote goes on the one before. */
function joinLines(text: string): string {
  return text.replace(/(?<=\S)\n(?=[^\s>|*+\-#\d\n])/g, ' ').replace(/\n +(?=\S)/g, ' ');
}
