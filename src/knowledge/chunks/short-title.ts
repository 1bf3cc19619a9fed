/** Characters of a title or heading. Each passage below it carries it, in the index and to the embedding service. */
export const LONGEST_TITLE = 300;

/** A title on one line, cut where nobody would read on. */
export function shortTitle(title: string): string {
  const start = title
    .slice(0, 2 * LONGEST_TITLE)
    .replace(/\s+/g, ' ')
    .trim();
  if (start.length <= LONGEST_TITLE) return start;
  // Without the half of a character that the cut may leave.
  return `${start.slice(0, LONGEST_TITLE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
