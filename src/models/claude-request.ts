import type Anthropic from '@anthropic-ai/sdk';
import type { ChatRequest } from '../rag/chat-model.js';
import type { Passage } from '../rag/passage.js';
import type { Turn } from '../threads/turn.js';
import { traitsOf } from './claude-traits.js';

/** Room for a long how-to; the prompt asks for three sentences. */
const MAX_TOKENS = 2_048;

/** A chat request as the Messages API takes it: the thread as turns, the passages beside the question. */
export function claudeRequest(
  model: string,
  { system, turns, question, passages }: Omit<ChatRequest, 'signal'>,
): Anthropic.MessageCreateParamsStreaming {
  const { thinking, sampling } = traitsOf(model);
  return {
    model,
    max_tokens: MAX_TOKENS,
    stream: true,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: [
      ...fromFirstUser(turns.filter(hasText)).map(turnMessage),
      { role: 'user', content: [...passages.map(searchResult), { type: 'text', text: question }] },
    ],
    ...(thinking && { thinking }),
    ...sampling,
  };
}

/** The API wants a conversation that a user begins. */
function fromFirstUser(turns: readonly Turn[]): readonly Turn[] {
  const first = turns.findIndex(({ role }) => role === 'user');
  return first === -1 ? [] : turns.slice(first);
}

/** The API refuses empty text blocks; a message of only a file or an emoji markup can come to that. */
function hasText({ text }: Turn): boolean {
  return text.trim() !== '';
}

function turnMessage({ role, text }: Turn): Anthropic.MessageParam {
  return { role, content: text };
}

/** One text block a paragraph, headings with what follows them: a block is the smallest thing that Claude can cite. */
function searchResult(passage: Passage): Anthropic.SearchResultBlockParam {
  const paragraphs = passage.text.split(/(?<!^#.*)\n{2,}/m).filter((paragraph) => paragraph.trim() !== '');
  return {
    type: 'search_result',
    source: passage.url ?? `${passage.source}: ${passage.title}`,
    title: [passage.title, ...passage.headings].join(' > '),
    content: paragraphs.map((text) => ({ type: 'text', text })),
    citations: { enabled: true },
  };
}
