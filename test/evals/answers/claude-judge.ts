import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';

/** Room for the judge's thoughts and its reasons. */
const MAX_TOKENS = 8_192;

const REQUEST = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ json_schema: z.object({ schema: z.record(z.string(), z.unknown()) }) }),
});

/** As much of OpenAI's client as openevals calls. */
export interface JudgeClient {
  readonly chat: {
    readonly completions: {
      create(request: Record<string, unknown>): Promise<{
        choices: { message: { role: 'assistant'; content: string } }[];
      }>;
    };
  };
}

/**
 * Claude in the place of the OpenAI client that openevals judges with, with Claude's own structured outputs.
 *
 * @throws Error when it did not come to a judgement.
 */
export function claudeJudge(client: Pick<Anthropic, 'messages'>, model: string): JudgeClient {
  async function create(request: Record<string, unknown>) {
    const { messages, response_format } = REQUEST.parse(request);
    const stream = client.messages.stream({
      model,
      max_tokens: MAX_TOKENS,
      messages: messages.map(({ content }) => ({ role: 'user', content })),
      output_config: { format: { type: 'json_schema', schema: response_format.json_schema.schema } },
    });
    const { content, stop_reason } = await stream.finalMessage();
    if (stop_reason !== 'end_turn') throw new Error(`the judge must end its turn, got ${stop_reason}`);
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    return { choices: [{ message: { role: 'assistant' as const, content: text } }] };
  }
  return { chat: { completions: { create } } };
}
