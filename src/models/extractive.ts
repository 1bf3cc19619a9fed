import type { ChatModel } from '../rag/chat-model.js';
import type { Passage } from '../rag/passage.js';

export interface ExtractiveOptions {
  /** Said first, so that nobody takes quotes for a written answer. */
  readonly label: string;
  /** How many passages are quoted. @default 3 */
  readonly quotes?: number;
}

/** Longer blocks are quoted up to a sentence's end. */
const MAX_QUOTE_CHARS = 700;

/** No model at all: the best block of each of the best passages, quoted and cited. Fully local. */
export function createExtractive({ label, quotes = 3 }: ExtractiveOptions): ChatModel {
  return async function* extract({ question, passages }) {
    yield { type: 'text', text: `_${label}_` };
    const words = wordsOf(question);
    for (const [index, passage] of passages.slice(0, quotes).entries()) {
      const quote = shorten(bestBlock(passage, words));
      yield { type: 'text', text: `\n\n${asQuote(withoutRelativeLinks(quote))}` };
      yield { type: 'citation', passage: index, quote: quote.replace(/…$/, '') };
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

function bestBlock({ text }: Passage, words: ReadonlySet<string>): string {
  const blocks = blocksOf(text);
  const prose = blocks.filter((block) => !block.startsWith('|'));
  const candidates = prose.length > 0 ? prose : blocks;
  const scored = candidates.map((block) => ({ block, score: overlap(block, words) }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best), {
    block: candidates[0] ?? text,
    score: 0,
  }).block;
}

/** Paragraphs, lists, tables and whole code fences; a heading alone says nothing and stays with what follows it. */
function blocksOf(text: string): string[] {
  const parts = text.match(/```[\s\S]*?(?:```|$)|(?:(?!```)[^\n]|\n(?!\n|```))+/g) ?? [];
  return parts.map((part) => part.replace(/^#+ .*\n?/gm, '').trim()).filter((part) => part !== '');
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
  if (block.length <= MAX_QUOTE_CHARS || block.startsWith('```')) return block;
  const head = block.slice(0, MAX_QUOTE_CHARS);
  const end = Math.max(head.lastIndexOf('. ') + 1, head.lastIndexOf('\n'));
  return `${head.slice(0, end > MAX_QUOTE_CHARS / 3 ? end : MAX_QUOTE_CHARS).trimEnd()}…`;
}

/** A link to another file of the documentation leads nowhere from Slack: its words stay. */
function withoutRelativeLinks(markdown: string): string {
  return markdown.replace(/!?\[([^\]]*)\]\((?![a-z]+:)[^)]*\)/gi, '$1');
}

function asQuote(block: string): string {
  return block.startsWith('```') ? `${block}\n` : block.replace(/^/gm, '> ');
}
