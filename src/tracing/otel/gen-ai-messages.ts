import type { Fields } from '../run-spec.js';
import { fieldsOf, itemsOf, textOf } from './unknown-fields.js';

interface Part extends Fields {
  readonly type: string;
}

/**
 * Messages in Anthropic's form as the GenAI conventions have them, in JSON. Blocks of which the conventions know nothing
 * (search results, names of files) stay as they are, which they allow.
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-input-messages.json
 */
export function inputMessages(messages: unknown): string | undefined {
  const shown = itemsOf(messages)
    .map(fieldsOf)
    .map(({ role, content }) => ({ role: textOf(role) ?? 'user', parts: partsOf(content) }));
  return shown.length > 0 ? JSON.stringify(shown) : undefined;
}

/** One message: the conventions have one for each alternative, and there is never a second. */
export function outputMessages(content: unknown, finishReason: string): string | undefined {
  const parts = partsOf(content);
  return parts.length > 0
    ? JSON.stringify([{ role: 'assistant', parts, finish_reason: finishReason }])
    : undefined;
}

export function systemInstructions(system: unknown): string | undefined {
  const parts = partsOf(system);
  return parts.length > 0 ? JSON.stringify(parts) : undefined;
}

/** Anthropic's reasons in the conventions' words; others as they are. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content_filter'],
  ['tool_use', 'tool_call'],
]);

export function finishReasonOf(stopReason: string): string {
  return FINISH_REASONS.get(stopReason) ?? stopReason;
}

function partsOf(content: unknown): Part[] {
  const text = textOf(content);
  return text === undefined ? itemsOf(content).map(partOf) : [{ type: 'text', content: text }];
}

function partOf(block: unknown): Part {
  const { type, text, thinking, ...rest } = fieldsOf(block);
  if (type === 'text') return { ...rest, type, content: text };
  if (type === 'thinking') return { type: 'reasoning', content: thinking };
  return { ...fieldsOf(block), type: textOf(type) ?? 'unknown' };
}
