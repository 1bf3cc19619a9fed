import type { Passage } from './passage.js';

/**
 * Joins chunks that follow one another in a document into one passage, which takes the place of its best chunk. The model
 * then reads a section as it was written, and what the chunks have in common once.
 */
export function joinNeighbours(passages: readonly Passage[]): Passage[] {
  const rank = new Map(passages.map((passage, index) => [passage, index]));
  const runs: Passage[][] = [];
  for (const passage of [...passages].sort(inDocumentOrder)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (last && follows(passage, last)) run?.push(passage);
    else runs.push([passage]);
  }
  const best = (run: readonly Passage[]) => Math.min(...run.map((part) => rank.get(part) ?? 0));
  return runs.sort((one, other) => best(one) - best(other)).map(join);
}

function inDocumentOrder(one: Passage, other: Passage): number {
  if (one.documentId !== other.documentId) return one.documentId < other.documentId ? -1 : 1;
  return (one.ordinal ?? 0) - (other.ordinal ?? 0);
}

function follows(passage: Passage, last: Passage): boolean {
  return (
    passage.documentId === last.documentId &&
    passage.ordinal !== undefined &&
    last.ordinal !== undefined &&
    passage.ordinal === last.ordinal + 1
  );
}

/** Under the headings that all share; the others of a part stand above its words, as in the document. */
function join(chunks: readonly Passage[]): Passage {
  const [first, ...rest] = chunks;
  if (!first) throw new RangeError('expected at least one passage to join, got none');
  if (rest.length === 0) return first;
  const best = chunks.reduce((one, other) => (other.score > one.score ? other : one));
  const headings = rest.reduce((shared, { headings }) => common(shared, headings), first.headings);
  let above = headings;
  const parts = chunks.map((chunk) => {
    const said = common(above, chunk.headings).length;
    const missing = chunk.headings.slice(said).map((heading, index) => `${marks(said + index)} ${heading}`);
    above = chunk.headings;
    return { ...chunk, text: [...missing, chunk.text].join('\n\n') };
  });
  const text = parts.map((part) => part.text).join('\n\n');
  return { ...first, id: best.id, score: best.score, headings, text, parts };
}

/** The title is the first level. */
function marks(above: number): string {
  return '#'.repeat(Math.min(6, above + 2));
}

function common(one: readonly string[], other: readonly string[]): readonly string[] {
  const end = one.findIndex((heading, depth) => heading !== other[depth]);
  return one.slice(0, end === -1 ? one.length : end);
}
