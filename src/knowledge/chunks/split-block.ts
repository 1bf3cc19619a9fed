import type { Block } from './markdown-blocks.js';
import { splitText } from './split-text.js';

/** A part of a section that is not cut any more. */
export interface Piece {
  readonly text: string;
  /** What stands between it and the piece before. */
  readonly gap: string;
}

/**
 * A block of Markdown as pieces of at most `maxChars`: whole where it fits, else a list by its items, a code block by its
 * lines with the fence around each piece, a table by its rows under a repeated header, everything else as text.
 */
export function splitBlock(block: Block, maxChars: number): Piece[] {
  const gap = block.type === 'list_item' ? '\n' : '\n\n';
  if (block.text.length <= maxChars) return block.text.trim() === '' ? [] : [{ text: block.text, gap }];
  // Each text is of whole lines: an item's bullet stays on its first piece, a quotation's marks on all.
  if (block.children.length > 0) return block.children.flatMap((child) => splitBlock(child, maxChars));
  return textsOf(block, maxChars).map((text) => ({ text, gap }));
}

function textsOf({ type, text }: Block, maxChars: number): string[] {
  if (type === 'fence') return splitCode(text, maxChars);
  if (type === 'table') return splitTable(text, maxChars);
  return splitText(text, maxChars);
}

function splitCode(text: string, maxChars: number): string[] {
  const [first = '', ...lines] = text.split('\n');
  const [, indent = '', fence = '```'] =
    /^(\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)*)(`{3,}|~{3,})/.exec(first) ?? [];
  if (lines.at(-1)?.trimEnd().endsWith(fence)) lines.pop();
  const prefix = indent.replace(/[^\s>]/g, ' ');
  const again = first.length <= maxChars / 4 ? prefix + first.slice(indent.length) : prefix + fence;
  const close = prefix + fence;
  const pieces = splitLines(lines, Math.max(1, maxChars - again.length - close.length - 2));
  return pieces.map(
    (piece, index) => `${index === 0 && again.length === first.length ? first : again}\n${piece}\n${close}`,
  );
}

function splitTable(text: string, maxChars: number): string[] {
  const [header = '', delimiter = '', ...rows] = text.split('\n');
  const head = `${header}\n${delimiter}\n`;
  if (rows.length === 0 || head.length > maxChars / 2) return splitText(text, maxChars);
  return splitLines(rows, maxChars - head.length).map((piece) => head + piece);
}

/** Whole lines while they fit; a line that is itself too long is cut as text. Indentation stays. */
function splitLines(lines: readonly string[], maxChars: number): string[] {
  const pieces: string[] = [];
  let piece: string | undefined;
  for (const line of lines) {
    const joined: string = piece === undefined ? line : `${piece}\n${line}`;
    if (joined.length <= maxChars) {
      piece = joined;
      continue;
    }
    if (piece !== undefined) pieces.push(piece);
    const parts = line.length <= maxChars ? [line] : splitText(line, maxChars, 3);
    pieces.push(...parts.slice(0, -1));
    piece = parts.at(-1);
  }
  if (piece !== undefined) pieces.push(piece);
  return pieces.filter((part) => part.trim() !== '');
}
