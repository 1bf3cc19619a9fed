import type { ChatEvent, ChatRequest } from '../../rag/chat-model.js';
import type { Fields, StreamSpec } from '../run-spec.js';
import { addToReply, NO_REPLY, type Reply } from './reply.js';
import { bareMessage, shownMessage, usageMetadata } from './shown-message.js';

export interface CallAnthropicOptions {
  /** @default 'call_anthropic' */
  readonly name?: string;
  /** The model that is asked for; the run ends with the one that answered. */
  readonly model: string;
  /** The request as it goes to Claude: `system`, `messages` and the parameters. */
  readonly request: (request: ChatRequest) => object;
}

/** A call of Claude: the only run that carries token counts, because counts on a parent would be added to its children's. */
export function callAnthropic({
  name = 'call_anthropic',
  model,
  request,
}: CallAnthropicOptions): StreamSpec<ChatRequest, ChatEvent, Reply> {
  return {
    name,
    runType: 'llm',
    inputs: (chatRequest) => ({ ...request(chatRequest) }),
    bareInputs: () => ({ model }),
    initial: NO_REPLY,
    reduce: addToReply,
    firstToken: ({ type }) => type === 'text',
    outputs: (reply) => (reply.message ? shownMessage(reply.message) : partialMessage(reply)),
    bareOutputs: (reply) =>
      reply.message ? bareMessage(reply.message) : partialMessage({ ...reply, text: '' }),
    metadata: (_request, reply) => ({
      // Both, or LangSmith computes no cost.
      ls_provider: 'anthropic',
      ls_model_name: counted(reply)?.model ?? model,
      ls_model_type: 'chat',
      ls_message_format: 'anthropic',
      ...usageOf(reply),
    }),
  };
}

/** A reply that was stopped costs what Claude counted at its beginning, and some tokens of output that nobody tells. */
function counted(reply: Reply | undefined): Reply['begun'] {
  return reply?.message ?? reply?.begun;
}

function usageOf(reply: Reply | undefined): Fields {
  const usage = counted(reply)?.usage;
  return usage ? { usage_metadata: usageMetadata(usage) } : {};
}

/** What had come when the call failed or was stopped. */
function partialMessage(reply: Reply): Fields {
  return {
    type: 'message',
    role: 'assistant',
    content: reply.text ? [{ type: 'text', text: reply.text }] : [],
    stop_reason: null,
    ...usageOf(reply),
  };
}
