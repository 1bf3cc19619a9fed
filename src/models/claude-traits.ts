import type Anthropic from '@anthropic-ai/sdk';

/** What a model takes, where models differ. */
export interface ClaudeTraits {
  /** Turns up-front thinking off: it costs tokens and delays the first word. Absent where it is off or cannot be. */
  readonly thinking?: Anthropic.ThinkingConfigParam;
  /** The least effort, where thinking cannot be turned off. */
  readonly effort?: 'low';
  /** Room for thinking, which counts toward `max_tokens`, where it cannot be turned off or is not known to be. */
  readonly thinkingTokens?: number;
  /** Sampling parameters; the 5.x line refuses any. */
  readonly sampling?: { readonly temperature: number };
  /** Whether the model cites `search_result` blocks itself, or is asked to write [n]. */
  readonly citations: 'events' | 'markers';
  /** Tokens that a prompt must have to be cached; a shorter one is read at the full price, without an error. */
  readonly cacheMinimum: number;
}

/**
 * The one table of model traits, by the model id's prefix. Sources: Anthropic's model pages, "Search results" and "Prompt
 * caching" (cache limitations), 2026-11.
 */
const TRAITS: readonly (readonly [prefix: string, traits: ClaudeTraits])[] = [
  ['claude-sonnet-5-5', { thinking: { type: 'between_tools' }, citations: 'events', cacheMinimum: 512 }],
  ['claude-haiku-5-5', { thinking: { type: 'disabled' }, citations: 'events', cacheMinimum: 512 }],
  ['claude-opus-5-5', { effort: 'low', thinkingTokens: 6_144, citations: 'events', cacheMinimum: 512 }],
  ['claude-opus-4-7', { citations: 'events', cacheMinimum: 2_048 }],
  ['claude-opus-4-6', { citations: 'events', cacheMinimum: 4_096 }],
  ['claude-opus-4-5', { citations: 'events', cacheMinimum: 4_096 }],
  ['claude-sonnet-4-6', { citations: 'events', cacheMinimum: 1_024 }],
  ['claude-sonnet-4-5', { sampling: { temperature: 0 }, citations: 'events', cacheMinimum: 1_024 }],
  ['claude-haiku-4-5', { sampling: { temperature: 0 }, citations: 'events', cacheMinimum: 4_096 }],
];

/** What every model takes: text alone, room for thinking within the smallest output limit, the largest cache minimum. */
const UNKNOWN: ClaudeTraits = { thinkingTokens: 2_048, citations: 'markers', cacheMinimum: 4_096 };

/** The traits of a model; an unknown one gets what works with all. */
export function traitsOf(model: string): ClaudeTraits {
  return TRAITS.find(([prefix]) => model === prefix || model.startsWith(`${prefix}-`))?.[1] ?? UNKNOWN;
}
