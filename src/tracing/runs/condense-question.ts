import type { Completion, CompletionRequest } from '../../rag/condense.js';
import type { RunSpec } from '../run-spec.js';
import { bareMessage, shownMessage, usageMetadata } from './shown-message.js';

export interface CondenseQuestionOptions {
  /** The model that is asked for; the run ends with the one that answered. */
  readonly model: string;
  /** The request as it goes to Claude: `system`, `messages` and the parameters. */
  readonly request: (request: CompletionRequest) => object;
}

/**
 * The rewriting of a follow-up. Its tokens count; its words are no part of the conversation: LangSmith's conversation view
 * leaves out runs marked as middleware (https://docs.langchain.com/langsmith/trajectory-view-integrations).
 */
export function condenseQuestion({
  model,
  request,
}: CondenseQuestionOptions): RunSpec<CompletionRequest, Completion> {
  return {
    name: 'condense_question',
    runType: 'llm',
    inputs: (completionRequest) => ({ ...request(completionRequest) }),
    bareInputs: () => ({ model }),
    outputs: ({ message }) => shownMessage(message),
    bareOutputs: ({ message }) => bareMessage(message),
    metadata: (_request, completion) => ({
      ls_agent_type: 'middleware',
      ls_provider: 'anthropic',
      ls_model_name: completion?.message.model ?? model,
      ls_model_type: 'chat',
      ls_message_format: 'anthropic',
      ...(completion && { usage_metadata: usageMetadata(completion.message.usage) }),
    }),
  };
}
