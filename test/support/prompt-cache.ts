import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { approximateTokens } from '../../src/rag/approximate-tokens.js';
import type { ClaudeRequest } from './claude-replay.js';

/** Tokens of one request by what they cost. */
export interface CacheUse {
  readonly input: number;
  readonly read: number;
  readonly written5m: number;
  readonly written1h: number;
}

interface Block {
  readonly type: Anthropic.ContentBlockParam['type'];
  readonly ownTokens: number;
  readonly hash: string;
  /** Of the prompt up to and with this block. */
  readonly tokens: number;
  readonly mark?: Anthropic.CacheControlEphemeral | undefined;
}

interface Entry {
  readonly lastsMs: number;
  until: number;
}

/** How many blocks before a mark Claude looks for what is cached. */
const LOOKBACK = 20;
/** What the block around a search result costs, as the prompt's own budget has it. */
const FRAME_TOKENS = 30;
const HOUR_MS = 3_600_000;
const FIVE_MINUTES_MS = 300_000;

/**
 * Claude's prompt cache as its documentation has it: exact prefixes that end at a mark, a minimum of tokens, a life that is
 * counted from the last use. https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export class PromptCache {
  readonly #minimum: number;
  readonly #entries = new Map<string, Entry>();

  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  use(body: ClaudeRequest['body'], at: number): CacheUse {
    const blocks = blocksOf(body);
    const marked = blocks.flatMap(({ mark, tokens }, index) =>
      mark && tokens >= this.#minimum ? [{ mark, index }] : [],
    );
    const found = this.#longestFound(
      blocks,
      marked.map(({ index }) => index),
      at,
    );
    const read = blocks[found]?.tokens ?? 0;
    let done = read;
    const written = { '5m': 0, '1h': 0 };
    for (const { mark, index } of marked) {
      const { hash, tokens } = blocks[index] ?? { hash: '', tokens: 0 };
      const ttl = mark.ttl ?? '5m';
      written[ttl] += Math.max(0, tokens - done);
      done = Math.max(done, tokens);
      const lastsMs = ttl === '1h' ? HOUR_MS : FIVE_MINUTES_MS;
      this.#entries.set(hash, { lastsMs, until: at + lastsMs });
    }
    return {
      input: (blocks.at(-1)?.tokens ?? 0) - done,
      ...{ read, written5m: written['5m'], written1h: written['1h'] },
    };
  }

  #longestFound(blocks: readonly Block[], marked: readonly number[], at: number): number {
    for (const end of marked.toReversed()) {
      for (let index = end; index >= 0 && index > end - LOOKBACK; index -= 1) {
        const entry = this.#entries.get(blocks[index]?.hash ?? '');
        if (!entry || entry.until < at) continue;
        entry.until = at + entry.lastsMs;
        return index;
      }
    }
    return -1;
  }
}

/** The system prompt's and the messages' blocks in a row; where a mark stands changes no block. */
export function blocksOf({ model, system, messages }: ClaudeRequest['body']): Block[] {
  const hash = createHash('sha256').update(model);
  let tokens = 0;
  const block = (role: string, part: Anthropic.ContentBlockParam): Block => {
    const { cache_control, ...rest } = { cache_control: null, ...part };
    const ownTokens = tokensOf(part);
    tokens += ownTokens;
    hash.update(JSON.stringify([role, rest]));
    return {
      type: part.type,
      ownTokens,
      hash: hash.copy().digest('hex'),
      tokens,
      mark: cache_control ?? undefined,
    };
  };
  const partsOf = (content: string | readonly Anthropic.ContentBlockParam[]) =>
    typeof content === 'string' ? [{ type: 'text', text: content } as const] : content;
  return [
    ...partsOf(system ?? []).map((part) => block('system', part)),
    ...messages.flatMap(({ role, content }) => partsOf(content).map((part) => block(role, part))),
  ];
}

function tokensOf(part: Anthropic.ContentBlockParam): number {
  if (part.type === 'text') return approximateTokens(part.text);
  if (part.type !== 'search_result')
    throw new Error(`expected text or a search result to count, got ${part.type}`);
  const { title, source, content } = part;
  return (
    FRAME_TOKENS +
    [title, source, ...content.map(({ text }) => text)].reduce(
      (sum, text) => sum + approximateTokens(text),
      0,
    )
  );
}
