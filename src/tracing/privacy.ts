import type { ConversationKind } from '../rag/answer-request.js';
import { maskPersonal, maskSecrets } from './mask-text.js';
import { maskFields, remembering } from './mask-values.js';
import type { Fields } from './run-spec.js';
import { keyedUserIds } from './user-ids.js';

/**
 * How much of what people and documents say a trace holds. Secrets are masked in each.
 * - `full`: everything;
 * - `masked`: everything but e-mail addresses;
 * - `none`: ids, tokens and times alone.
 */
export type TraceContent = 'full' | 'masked' | 'none';

/** What of the conversations reaches LangSmith. */
export interface TraceRules {
  readonly content: Readonly<Record<ConversationKind, TraceContent>>;
  /** People then appear under names made with it, in the place of their user ids. */
  readonly userKey?: string | undefined;
  /** The share of the threads that is traced, 0 to 1. */
  readonly sampleRate: number;
}

export const DEFAULT_TRACE_RULES: TraceRules = {
  content: { public: 'masked', private: 'masked', direct: 'masked' },
  sampleRate: 1,
};

/** Whether it matters what kind a conversation is. */
export function dependsOnConversation({ content }: TraceRules = DEFAULT_TRACE_RULES): boolean {
  return new Set(Object.values(content)).size > 1;
}

/** For one trace. */
export interface Redaction {
  readonly content: TraceContent;
  text(text: string): string;
  fields(fields: Fields): Fields;
}

export interface Privacy {
  /** The redaction for a conversation of one of these kinds, in which these people take part. */
  redaction(kinds: readonly ConversationKind[] | undefined, people: readonly string[]): Redaction;
  /** Whether a thread is traced: always the same for the same thread, so none has holes. */
  traces(sessionId: string): boolean;
  /** By what name somebody is known in LangSmith. */
  nameOf(userId: string): string;
}

const ALL_KINDS: readonly ConversationKind[] = ['public', 'private', 'direct'];
/** The strictest first. */
const BY_STRICTNESS: readonly TraceContent[] = ['none', 'masked', 'full'];

export function createPrivacy({ content, userKey, sampleRate }: TraceRules): Privacy {
  // A memory each, of which only those fill whose level a conversation has.
  const secrets = remembering(maskSecrets);
  const personal = remembering(maskPersonal);
  const users = userKey === undefined ? undefined : keyedUserIds(userKey);

  /** Where it is not known what a conversation is, everything that it could be counts. */
  function contentOf(kinds: readonly ConversationKind[] = ALL_KINDS): TraceContent {
    const possible = (kinds.length > 0 ? kinds : ALL_KINDS).map((kind) => content[kind]);
    return BY_STRICTNESS.find((each) => possible.includes(each)) ?? 'none';
  }

  return {
    redaction(kinds, people) {
      const level = contentOf(kinds);
      const mask = level === 'full' ? secrets : personal;
      const rename = users?.replacing(people);
      const text = rename ? (given: string) => rename(mask(given)) : mask;
      return { content: level, text, fields: (fields) => maskFields(fields, text) };
    },
    traces: (sessionId) => sampleRate >= 1 || shareOf(sessionId) < sampleRate,
    nameOf: (userId) => users?.nameOf(userId) ?? userId,
  };
}

/** A session id is a hash: its first 32 bits are as good as any. */
function shareOf(sessionId: string): number {
  return Number.parseInt(sessionId.slice(0, 8), 16) / 2 ** 32;
}
