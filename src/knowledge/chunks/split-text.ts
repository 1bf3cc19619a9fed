/** Where a text may be cut, best first: paragraphs, lines, sentences, words. */
const CUTS = [/\n\s*\n/g, /\n/g, /(?<=[.!?…])\s+|(?<=[。！？])/gu, /\s+/g];

/**
 * Cuts a text into pieces of at most `maxChars`, at the best place there is: each piece is as long as fits, and no word is
 * cut that is not itself too long.
 */
export function splitText(text: string, maxChars: number, level = 0): string[] {
  const whole = text.trim();
  if (whole.length <= maxChars) return whole === '' ? [] : [whole];
  const cut = CUTS[level];
  if (!cut) return hardSplit(whole, maxChars);

  const pieces: string[] = [];
  let piece = '';
  let end = 0;
  for (const [start, next] of spans(whole, cut)) {
    const joined = piece + whole.slice(end, next);
    if (piece !== '' && joined.length <= maxChars) {
      piece = joined;
    } else {
      const parts = splitText(whole.slice(start, next), maxChars, level + 1);
      if (piece !== '') pieces.push(piece);
      pieces.push(...parts.slice(0, -1));
      piece = parts.at(-1) ?? '';
    }
    end = next;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

/** The stretches between the cuts, as [start, end). */
function* spans(text: string, cut: RegExp): Iterable<[number, number]> {
  let start = 0;
  for (const match of text.matchAll(cut)) {
    if (match.index > start) yield [start, match.index];
    start = match.index + match[0].length;
  }
  if (start < text.length) yield [start, text.length];
}

function hardSplit(text: string, maxChars: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + maxChars, text.length);
    const splitsPair = end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1));
    if (splitsPair && end - start > 1) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
