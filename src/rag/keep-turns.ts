import type { Turn } from '../threads/turn.js';
import { approximateTokens } from './approximate-tokens.js';
import { cutText } from './cut-text.js';
import { CONVERSATION_LIMITS } from './limits.js';

/** What a message costs beside its words. */
const FRAME_TOKENS = 8;

/**
 * The turns of a thread that the model gets: its first always, then the newest, with a line for what is left out between.
 *
 * The cut follows from the messages alone. They are counted from the thread's beginning as they came: where they pass
 * `most`, the oldest go until `keep` is left, and then they may grow to `most` again. So the next question finds the same
 * cut and sends the same beginning, byte for byte, which prompt caching needs; it moves once in many turns.
 */
export function keepTurns(
  turns: readonly Turn[],
  limits: Readonly<Record<keyof typeof CONVERSATION_LIMITS, number>> = CONVERSATION_LIMITS,
): readonly Turn[] {
  const [first, ...rest] = turns.map((turn) => ({ ...turn, text: cutText(turn.text, limits.message) }));
  if (!first) return [];
  const costs = rest.map(({ text }) => approximateTokens(text) + FRAME_TOKENS);
  let cut = 0;
  let tokens = approximateTokens(first.text) + FRAME_TOKENS;
  for (const [index, cost] of costs.entries()) {
    tokens += cost;
    if (tokens <= limits.most) continue;
    for (; tokens > limits.keep && cut < index; cut += 1) tokens -= costs[cut] ?? 0;
  }
  return cut === 0 ? [first, ...rest] : [first, leftOut(cut, first), ...rest.slice(cut)];
}

/** A turn that nobody wrote, so without a user. */
function leftOut(count: number, { messageTs }: Turn): Turn {
  const messages = count === 1 ? '1 earlier message' : `${count} earlier messages`;
  return { role: 'user', text: `[${messages} left out]`, messageTs };
}
