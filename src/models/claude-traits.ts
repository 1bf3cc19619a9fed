import type Anthropic from '@anthropic-ai/sdk';

/** What a model takes, where models differ. */
export interface ClaudeTraits {
  /** Turns up-front thinking off: it costs tokens and delays the first word. Absent where it is off or cannot be. */
  readonly thinking?: Anthropic.ThinkingConfigParam;
  /** Sampling parameters; the 5.x line refuses any. */
  readonly sampling?: { readonly temperature: number };
}

/** The one table of model traits, by the model id's prefix. Sources: Anthropic's model pages, 2026-11. */
const TRAITS: readonly (readonly [prefix: string, traits: ClaudeTraits])[] = [
  ['claude-sonnet-5-5', { thinking: { type: 'between_tools' } }],
  ['claude-haiku-5-5', { thinking: { type: 'disabled' } }],
  ['claude-opus-5-5', {}],
  ['claude-sonnet-4-5', { sampling: { temperature: 0 } }],
  ['claude-haiku-4-5', { sampling: { temperature: 0 } }],
];

/** The traits of a model; an unknown one gets none, which is what every model takes. */
export function traitsOf(model: string): ClaudeTraits {
  return TRAITS.find(([prefix]) => model === prefix || model.startsWith(`${prefix}-`))?.[1] ?? {};
}
