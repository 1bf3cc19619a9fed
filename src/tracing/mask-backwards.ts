/**
 * Replaces what a pattern finds together with what it read backwards from there, its group `before`. Begun at its end, a match is
 * sought a few times in a text; begun at its start, at every character.
 */
export function maskBackwards(text: string, pattern: RegExp, mask: string): string {
  let masked = '';
  let end = 0;
  for (const { 0: found, index, groups } of text.matchAll(pattern)) {
    const start = index - (groups?.before?.length ?? 0);
    // What was read twice, by this match and the one before, is masked once.
    if (start >= end) masked += text.slice(end, start) + mask;
    end = index + found.length;
  }
  return masked + text.slice(end);
}
