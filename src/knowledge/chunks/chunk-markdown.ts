import { type Chunk, type ChunkOptions, DEFAULT_MAX_CHARS } from './chunk.js';
import { readFrontMatter } from './front-matter.js';
import { type Block, markdownBlocks } from './markdown-blocks.js';
import { numberAnchors } from './number-anchors.js';
import { packSections, type Section } from './pack-sections.js';
import { LONGEST_TITLE, shortTitle } from './short-title.js';
import { type Piece, splitBlock } from './split-block.js';
import { withoutSpans } from './without-spans.js';

/**
 * Cuts Markdown along its headings. Code and tables stay whole where they fit. The title is the front matter's, else the
 * first level-1 heading, else the one given. Of a draft there are none.
 */
export function chunkMarkdown(markdown: string, options: ChunkOptions): Chunk[] {
  const front = readFrontMatter(markdown.replaceAll('\r\n', '\n'));
  if (front.isDraft) return [];
  const blocks = markdownBlocks(front.body);
  const h1 = blocks.find(({ depth }) => depth === 1);
  const title = shortTitle(front.title || (h1 && headingOf(h1).words) || options.title);
  const sections = sectionsOf(blocks, title, options.maxChars ?? DEFAULT_MAX_CHARS);
  return packSections(sections, { ...options, title });
}

function sectionsOf(blocks: readonly Block[], title: string, maxChars: number): Section[] {
  const anchorOf = numberAnchors();
  const path: { depth: number; text: string }[] = [];
  let pieces: Piece[] = [];
  const sections: Section[] = [{ headings: [], heading: '', pieces }];
  for (const block of blocks) {
    if (block.type !== 'heading') {
      if (!isComment(block)) pieces.push(...splitBlock(block, maxChars));
      continue;
    }
    const { words, id } = headingOf(block);
    // Also the title's: the next heading of the same words gets the next number.
    const anchor = id ?? anchorOf(words);
    while ((path.at(-1)?.depth ?? 0) >= block.depth) path.pop();
    const text = shortTitle(words);
    const isTitle = block.depth === 1 && text === title;
    if (!isTitle) path.push({ depth: block.depth, text });
    const headings = path.map((above) => above.text);
    const isLong = block.text.length > 2 * LONGEST_TITLE;
    // A paragraph above a line of --- is a heading too.
    pieces = isLong ? splitBlock({ ...block, type: 'paragraph' }, maxChars) : [];
    const heading = isLong ? `${'#'.repeat(block.depth)} ${text}` : withoutId(block.text, id);
    sections.push(isTitle ? { headings, heading: '', pieces } : { headings, anchor, heading, pieces });
  }
  return sections.filter(({ heading, pieces }) => heading !== '' || pieces.length > 0);
}

/** A heading's words, and the id that some site builders let it name: `## Title {#id}`. */
function headingOf(block: Block): { words: string; id: string | undefined } {
  const [, words = block.words, id] = /^(.*?)\s*\{#([\w-]+)\}$/.exec(block.words) ?? [];
  return { words, id };
}

function withoutId(heading: string, id: string | undefined): string {
  const at = id === undefined ? -1 : heading.lastIndexOf(`{#${id}}`);
  return at < 0 ? heading : heading.slice(0, at).trimEnd() + heading.slice(at + `{#${id}}`.length);
}

function isComment({ type, text }: Block): boolean {
  return type === 'html_block' && withoutSpans(text, /<!--/g, /-->/g).trim() === '';
}
