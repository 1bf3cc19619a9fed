import type Anthropic from '@anthropic-ai/sdk';
import type { ChatRequest } from '../rag/chat-model.js';
import type { Turn } from '../threads/turn.js';
import { attachmentBlocks, attachmentNames } from './claude-attachments.js';
import { passageBlocks } from './claude-passages.js';
import { traitsOf } from './claude-traits.js';
import { addTo, type ClaudeMessage, saidBy, turnMessages } from './claude-turns.js';

type Question = Omit<ChatRequest, 'signal'>;

/** Room for a long how-to; the prompt asks for three sentences. */
const ANSWER_TOKENS = 2_048;

/**
 * What stands before every thread. An hour costs twice the tokens to write and pays when all threads together bring one
 * question an hour; five minutes, at a quarter more, only when they bring three.
 */
const SHARED: Anthropic.CacheControlEphemeral = { type: 'ephemeral', ttl: '1h' };
/** What stands before one thread's next question. Kept for five minutes from the last use. */
const OF_THREAD: Anthropic.CacheControlEphemeral = { type: 'ephemeral' };
/** A follow-up within it finds the thread in the cache: five minutes less what the answer before took. */
const BRISK_MS = 4.5 * 60_000;

/** Of English. Below the real minimum a mark does nothing and costs nothing. */
const CHARS_PER_TOKEN = 4;

/**
 * A chat request as the Messages API takes it, laid out for the prompt cache: the system prompt, the thread's turns without
 * the passages of earlier questions, and last what is new: passages, files, question.
 */
export function claudeRequest(model: string, request: Question): Anthropic.MessageCreateParamsStreaming {
  return laidOut(model, request, attachmentBlocks(request.attachments ?? []));
}

/** The same as a trace may show it: of the files only names and sizes. */
export function claudeRequestForTrace(
  model: string,
  request: Question,
): Anthropic.MessageCreateParamsStreaming {
  return laidOut(model, request, attachmentNames(request.attachments ?? []));
}

function laidOut(
  model: string,
  { system, markerRules, turns, question, userId, askedAt, passages }: Question,
  files: Anthropic.ContentBlockParam[],
): Anthropic.MessageCreateParamsStreaming {
  const { thinking, effort, thinkingTokens = 0, sampling, citations, cacheMinimum } = traitsOf(model);
  const rules = citations === 'markers' && markerRules ? `${system}\n\n${markerRules}` : system;
  const messages = turnMessages(turns);
  const minimumChars = cacheMinimum * CHARS_PER_TOKEN;
  if (isBrisk(turns, askedAt) && rules.length + charsIn(messages) >= minimumChars) keepInCache(messages);
  // A message of files alone has no words, and an empty block is refused.
  const words = question.trim() || '(no words, only files)';
  addTo(messages, 'user', [
    ...passageBlocks(passages, citations),
    ...files,
    { type: 'text', text: saidBy(userId, words) },
  ]);
  return {
    model,
    max_tokens: ANSWER_TOKENS + thinkingTokens,
    stream: true,
    system: [{ type: 'text', text: rules, ...(rules.length >= minimumChars && { cache_control: SHARED }) }],
    messages,
    ...(thinking && { thinking }),
    ...(effort && { output_config: { effort } }),
    ...sampling,
  };
}

/**
 * Whether a thread goes on at a pace at which the cache is still warm. Writing it costs a quarter more than not caching and
 * reading it saves nine tenths, so it pays when one question in four is followed by another in time.
 */
function isBrisk(turns: readonly Turn[], askedAt: number): boolean {
  const answer = turns.findLast(({ role }) => role === 'assistant');
  return answer !== undefined && askedAt - Number(answer.messageTs) * 1_000 < BRISK_MS;
}

function charsIn(messages: readonly ClaudeMessage[]): number {
  const blocks = messages.flatMap(({ content }) => content);
  return blocks.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
}

function keepInCache(messages: readonly ClaudeMessage[]): void {
  const last = messages.at(-1)?.content.at(-1);
  if (last?.type === 'text') last.cache_control = OF_THREAD;
}
