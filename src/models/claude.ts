import type Anthropic from '@anthropic-ai/sdk';
import type { ChatEvent, ChatMessage, ChatModel, TokenUsage } from '../rag/chat-model.js';
import { claudeRequest } from './claude-request.js';

export interface ClaudeOptions {
  readonly client: Anthropic;
  readonly model: string;
  /** A stream that is silent for so long is given up. The SDK's own timeout covers only the headers. @default 30 s */
  readonly idleMs?: number;
}

/**
 * Claude, streamed. Rejects when the request is refused, the stream breaks, falls silent, or ends without its last event
 * (which the SDK reports as success).
 */
export function createClaude({ client, model, idleMs = 30_000 }: ClaudeOptions): ChatModel {
  return async function* chat({ signal, ...request }) {
    const idle = new AbortController();
    let watchdog: NodeJS.Timeout | undefined;
    try {
      const stream = await client.messages.create(claudeRequest(model, request), {
        signal: AbortSignal.any([signal, idle.signal]),
      });
      watchdog = setTimeout(() => idle.abort(silence(idleMs)), idleMs);
      const message = new StreamedMessage();
      for await (const event of stream) {
        watchdog.refresh();
        const chatEvent = message.add(event);
        if (chatEvent) yield chatEvent;
      }
      // An abort ends the SDK's iteration quietly: say why.
      signal.throwIfAborted();
      idle.signal.throwIfAborted();
      yield { type: 'end', message: message.finish() };
    } catch (error) {
      // Before the headers an abort is the SDK's own error, which does not say why.
      signal.throwIfAborted();
      throw idle.signal.aborted ? idle.signal.reason : error;
    } finally {
      clearTimeout(watchdog);
    }
  };
}

function silence(idleMs: number): Error {
  return new Error(
    `Claude's stream must send something at least every ${idleMs / 1000} s, got silence: the answer was given up`,
  );
}

/** Puts the stream's events together into the message they make. */
class StreamedMessage {
  readonly #content: Anthropic.ContentBlock[] = [];
  #start: Anthropic.Message | undefined;
  #outputTokens = 0;
  #stopReason: string | null = null;
  #stopped = false;

  add(event: Anthropic.RawMessageStreamEvent): ChatEvent | undefined {
    switch (event.type) {
      case 'message_start':
        this.#start = event.message;
        this.#outputTokens = event.message.usage.output_tokens;
        return {
          type: 'begin',
          model: event.message.model,
          usage: usageOf(event.message.usage, this.#outputTokens),
        };
      case 'content_block_start':
        this.#content[event.index] = { ...event.content_block };
        return event.content_block.type === 'text' && event.content_block.text
          ? { type: 'text', text: event.content_block.text }
          : undefined;
      case 'content_block_delta':
        return this.#delta(event.index, event.delta);
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason;
        this.#outputTokens = event.usage.output_tokens;
        return undefined;
      case 'message_stop':
        this.#stopped = true;
        return undefined;
      default:
        return undefined;
    }
  }

  #delta(index: number, delta: Anthropic.RawContentBlockDelta): ChatEvent | undefined {
    const block = this.#content[index];
    if (block?.type !== 'text') return undefined;
    if (delta.type === 'text_delta') {
      block.text += delta.text;
      return { type: 'text', text: delta.text };
    }
    if (delta.type === 'citations_delta' && delta.citation.type === 'search_result_location') {
      block.citations = [...(block.citations ?? []), delta.citation];
      return {
        type: 'citation',
        passage: delta.citation.search_result_index,
        quote: delta.citation.cited_text,
      };
    }
    return undefined;
  }

  finish(): ChatMessage {
    if (!this.#stopped || !this.#start) {
      throw new Error(
        'Claude\'s stream must end with "message_stop", got its end before: the answer is not complete',
      );
    }
    return {
      provider: 'anthropic',
      model: this.#start.model,
      stopReason: this.#stopReason,
      content: this.#content.filter((block) => block !== undefined),
      usage: usageOf(this.#start.usage, this.#outputTokens),
    };
  }
}

function usageOf(usage: Anthropic.Usage, output: number): TokenUsage {
  return {
    input: usage.input_tokens,
    output,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
    cacheWriteForHour: usage.cache_creation?.ephemeral_1h_input_tokens ?? 0,
  };
}
