import { approximateTokens } from './approximate-tokens.js';
import { isRepetition, type Wording, wordingOf } from './is-repetition.js';
import { joinNeighbours } from './join-neighbours.js';
import type { Passage } from './passage.js';

/** What a passage costs beside its words: the block that carries it to the model. */
const FRAME_TOKENS = 30;

/**
 * From hits, best first, to what the model gets: what only repeats a better hit is left out, the rest fills the tokens in
 * the order of the ranking (one that is too long is passed over for the next that fits), and neighbours become one passage.
 * The best hit is always among them, cut to size if it alone is too long.
 */
export function fillPrompt(hits: readonly Passage[], tokens: number): Passage[] {
  const chosen: Passage[] = [];
  const told: Wording[] = [];
  let left = tokens;
  for (const hit of hits) {
    const passage = chosen.length === 0 ? cutToFit(hit, left) : hit;
    const cost = passageTokens(passage);
    if (cost > left && chosen.length > 0) continue;
    const wording = wordingOf(passage);
    if (told.some((other) => isRepetition(wording, other))) continue;
    chosen.push(passage);
    told.push(wording);
    left -= cost;
  }
  return joinNeighbours(chosen);
}

/** About what a passage takes of a prompt, its title and link included. */
export function passageTokens({ title, headings, text, url }: Passage): number {
  return (
    FRAME_TOKENS + approximateTokens([title, ...headings, url ?? ''].join(' ')) + approximateTokens(text)
  );
}

/** Whole paragraphs where there are any, else whole lines or words: a citation must be able to quote it. */
function cutToFit(passage: Passage, tokens: number): Passage {
  const excess = passageTokens(passage) - tokens;
  if (excess <= 0) return passage;
  const frame = passageTokens({ ...passage, text: '' });
  let text = passage.text;
  while (text !== '' && frame + approximateTokens(text) > tokens) text = shorter(text, tokens - frame);
  return { ...passage, text };
}

function shorter(text: string, tokens: number): string {
  const share = Math.max(0, tokens) / approximateTokens(text);
  const head = text.slice(0, Math.min(text.length - 1, Math.floor(text.length * share)));
  const ends = ['\n\n', '\n', ' '].map((gap) => head.lastIndexOf(gap));
  const end = ends.find((place) => place > head.length / 2) ?? head.length;
  return head.slice(0, end).trimEnd();
}
