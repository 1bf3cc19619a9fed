import type Anthropic from '@anthropic-ai/sdk';
import type { Complete, CompletionRequest } from '../rag/condense.js';
import { traitsOf } from './claude-traits.js';

export interface CompletionOptions {
  readonly client: Anthropic;
  readonly model: string;
}

/** A short text from Claude. Not tried again: whoever asks has something to go on with, and little time. */
export function createCompletion({ client, model }: CompletionOptions): Complete {
  return async ({ signal, ...request }) => {
    signal.throwIfAborted();
    // Streamed for its check that the message is whole: a connection that ends early is an error.
    const stream = client.messages.stream(completionParams(model, request), { signal, maxRetries: 0 });
    const { content, stop_reason, usage, model: answeredBy } = await stream.finalMessage();
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      message: {
        provider: 'anthropic',
        model: answeredBy,
        stopReason: stop_reason,
        content,
        usage: {
          input: usage.input_tokens,
          output: usage.output_tokens,
          cacheRead: usage.cache_read_input_tokens ?? 0,
          cacheWrite: usage.cache_creation_input_tokens ?? 0,
        },
      },
    };
  };
}

/** The request as the Messages API takes it. No cache mark: it is below the least that can be cached. */
export function completionParams(
  model: string,
  { system, prompt, maxTokens }: Omit<CompletionRequest, 'signal'>,
): Anthropic.MessageStreamParams {
  const { thinking, effort, thinkingTokens = 0, sampling } = traitsOf(model);
  return {
    model,
    max_tokens: maxTokens + thinkingTokens,
    system,
    messages: [{ role: 'user', content: prompt }],
    ...(thinking && { thinking }),
    ...(effort && { output_config: { effort } }),
    ...sampling,
  };
}
