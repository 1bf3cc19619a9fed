import type { Piece } from '../support/claude-replay.js';

/** A usual answer, all of it at once: 18 deltas of text and two quotes. */
export const QUICK_REPLY: readonly Piece[] = [
  ...words(12),
  { cite: 0 },
  ...words(4),
  { cite: 2 },
  ...words(2),
];

/** 300 tokens in 4 s, which is about how fast Claude writes. */
export const FOUR_SECOND_REPLY: readonly Piece[] = words(80).flatMap((text) => [{ pauseMs: 50 }, text]);

function words(deltas: number): string[] {
  return Array.from({ length: deltas }, (_, index) =>
    index % 5 === 4 ? 'and then. Next,' : ' some more words',
  );
}

/** A minute without a word, and with enough signs of life not to be given up. */
export const SILENT_REPLY: readonly Piece[] = Array.from({ length: 12 }, (): Piece[] => [
  { pauseMs: 5_000 },
  { thinking: 'Hm.' },
]).flat();
