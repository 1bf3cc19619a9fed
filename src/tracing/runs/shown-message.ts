import { createUsageMetadata } from 'langsmith/wrappers/anthropic';
import type { ChatMessage, TokenUsage } from '../../rag/chat-model.js';
import type { Fields } from '../run-spec.js';

/** What Claude said, as an llm run shows it, with its token counts. */
export function shownMessage({ content, stopReason, model, usage }: ChatMessage): Fields {
  return {
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason,
    usage_metadata: usageMetadata(usage),
  };
}

/** The same without its words. */
export function bareMessage(message: ChatMessage): Fields {
  return { ...shownMessage(message), content: [] };
}

/** LangSmith's input count holds the cached tokens, Anthropic's does not: LangSmith's own conversion adds them. */
export function usageMetadata({
  input,
  output,
  cacheRead,
  cacheWrite,
  cacheWriteForHour = 0,
}: TokenUsage): Fields | undefined {
  return createUsageMetadata({
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    // Each has its own price.
    ...(cacheWriteForHour > 0 && {
      cache_creation: {
        ephemeral_5m_input_tokens: cacheWrite - cacheWriteForHour,
        ephemeral_1h_input_tokens: cacheWriteForHour,
      },
    }),
  });
}
