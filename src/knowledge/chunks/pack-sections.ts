import { type Chunk, type ChunkOptions, DEFAULT_MAX_CHARS, DEFAULT_MIN_CHARS } from './chunk.js';
import type { Piece } from './split-block.js';

/** What stands under one heading, up to the next heading of any depth. */
export interface Section {
  /** The heading and those above it. */
  readonly headings: readonly string[];
  readonly anchor?: string | undefined;
  /** The heading as it is written; empty before the first. */
  readonly heading: string;
  readonly pieces: readonly Piece[];
}

/** Sections to chunks: short neighbours are joined, long sections are cut into parts of about the same length. */
export function packSections(
  sections: readonly Section[],
  { title, url, maxChars = DEFAULT_MAX_CHARS, minChars = DEFAULT_MIN_CHARS }: ChunkOptions,
): Chunk[] {
  const groups: Group[] = [];
  for (const section of sections) {
    const next = { headings: section.headings, anchor: section.anchor, sections: [section] };
    const last = groups.at(-1);
    const joined = last && join(last, next, minChars);
    if (joined && textOf(joined).length <= maxChars) groups[groups.length - 1] = joined;
    else groups.push(next);
  }
  return groups
    .flatMap((group) => textsOf(group, maxChars).map((text) => ({ group, text })))
    .map(({ group: { headings, anchor }, text }, ordinal) => ({
      ordinal,
      title,
      headings,
      text,
      ...(anchor && { anchor }),
      ...(url && { url: anchor ? `${url}#${anchor}` : url }),
    }));
}

/** Sections that make one chunk, under the headings that they share. */
interface Group {
  readonly headings: readonly string[];
  readonly anchor?: string | undefined;
  readonly sections: readonly Section[];
}

/**
 * Short sections are joined while they are under one heading. Two topics of a page that share only its title stay apart
 * unless both are very short: each is found by its own heading, and a citation leads to it. A bare heading goes with its
 * first child.
 */
function join(last: Group, next: Group, minChars: number): Group | undefined {
  const sections = [...last.sections, ...next.sections];
  const headings = sharedHeadings(last.headings, next.headings);
  const [length, nextLength] = [bodyLength(last), bodyLength(next)];
  if (nextLength === 0) return undefined;
  if (length === 0) return headings.length === last.headings.length ? { ...next, sections } : undefined;
  const enough = headings.length > 0 ? minChars : minChars / 2;
  if (length >= enough || (headings.length === 0 && nextLength >= enough)) return undefined;
  return { headings, anchor: last.anchor, sections };
}

function sharedHeadings(one: readonly string[], other: readonly string[]): string[] {
  const end = one.findIndex((heading, depth) => heading !== other[depth]);
  return one.slice(0, end === -1 ? one.length : end);
}

function bodyLength({ sections }: Group): number {
  return sections.reduce((sum, { pieces }) => sum + lengthOf(pieces), 0);
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text, gap }) => sum + text.length + gap.length, 0);
}

/** The first heading is left out where the group's headings say it; one without a body where the next repeats it. */
function textOf({ headings, sections }: Group): string {
  const parts = sections.map((section, index) => {
    const said = index === 0 && section.headings.every((heading, depth) => heading === headings[depth]);
    return [said ? '' : section.heading, joinPieces(section.pieces)].filter(Boolean).join('\n\n');
  });
  return parts.filter(Boolean).join('\n\n');
}

function textsOf(group: Group, maxChars: number): string[] {
  const pieces = group.sections.length === 1 ? (group.sections[0]?.pieces ?? []) : [];
  if (lengthOf(pieces) <= maxChars) return [textOf(group)].filter(Boolean);
  return balance(pieces, maxChars).map(joinPieces);
}

/** As few parts as fit, of about the same length: a long part and a crumb would both be found worse. */
function balance(pieces: readonly Piece[], maxChars: number): Piece[][] {
  const total = lengthOf(pieces);
  const target = total / Math.ceil(total / maxChars);
  const parts: Piece[][] = [];
  let part: Piece[] = [];
  let length = 0;
  for (const piece of pieces) {
    const joined = length + piece.gap.length + piece.text.length;
    const nearer = Math.abs(length - target) <= Math.abs(joined - target);
    if (part.length > 0 && (joined > maxChars || nearer)) {
      parts.push(part);
      part = [];
      length = 0;
    }
    length += piece.text.length + (part.length > 0 ? piece.gap.length : 0);
    part.push(piece);
  }
  return [...parts, part];
}

function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(({ text, gap }, index) => (index === 0 ? text : gap + text)).join('');
}
