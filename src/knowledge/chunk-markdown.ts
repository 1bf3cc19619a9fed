import GithubSlugger from 'github-slugger';
import { parse as parseYaml } from 'yaml';
import { type Chunk, type ChunkOptions, DEFAULT_MAX_CHARS } from './chunk.js';
import { type Block, markdownBlocks } from './markdown-blocks.js';
import { packSections, type Section } from './pack-sections.js';
import { type Piece, splitBlock } from './split-block.js';

/** At the very top, between two lines of --- (YAML) or +++ (TOML). */
const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\n([\s\S]*?\n)?\1[ \t]*(?:\n|$)/;

/**
 * Cuts Markdown along its headings. Code and tables stay whole where they fit. The title is the front matter's, else the
 * first level-1 heading, else the one given.
 */
export function chunkMarkdown(markdown: string, options: ChunkOptions): Chunk[] {
  const source = markdown.replaceAll('\r\n', '\n');
  const [top = '', fence, fields = ''] = FRONT_MATTER.exec(source) ?? [];
  const blocks = markdownBlocks(source.slice(top.length));
  const h1 = blocks.find(({ depth }) => depth === 1);
  const title = (fence === '---' && titleField(fields)) || (h1 && headingOf(h1).text) || options.title;
  const sections = sectionsOf(blocks, title, options.maxChars ?? DEFAULT_MAX_CHARS);
  return packSections(sections, { ...options, title });
}

function sectionsOf(blocks: readonly Block[], title: string, maxChars: number): Section[] {
  const slugger = new GithubSlugger();
  const path: { depth: number; text: string }[] = [];
  let pieces: Piece[] = [];
  const sections: Section[] = [{ headings: [], heading: '', pieces }];
  for (const block of blocks) {
    if (block.type !== 'heading') {
      if (!isComment(block)) pieces.push(...splitBlock(block, maxChars));
      continue;
    }
    const { text, id } = headingOf(block);
    // Also the title's: the next heading of the same words gets the next number.
    const anchor = id ?? slugger.slug(text);
    while ((path.at(-1)?.depth ?? 0) >= block.depth) path.pop();
    const isTitle = block.depth === 1 && text === title;
    if (!isTitle) path.push({ depth: block.depth, text });
    const headings = path.map((above) => above.text);
    pieces = [];
    sections.push(
      isTitle ? { headings, heading: '', pieces } : { headings, anchor, heading: block.text, pieces },
    );
  }
  return sections.filter(({ heading, pieces }) => heading !== '' || pieces.length > 0);
}

/** A heading's words, and the id that some site builders let it name: `## Title {#id}`. */
function headingOf({ words }: Block): { text: string; id: string | undefined } {
  const [, text = words, id] = /^(.*?)\s*\{#([\w-]+)\}$/.exec(words) ?? [];
  return { text, id };
}

function isComment({ type, text }: Block): boolean {
  return type === 'html_block' && text.replace(/<!--[\s\S]*?-->/g, '').trim() === '';
}

/** Front matter that cannot be read has no title: the document below it still counts. */
function titleField(yaml: string): string | undefined {
  try {
    const fields: unknown = parseYaml(yaml);
    if (typeof fields !== 'object' || fields === null || !('title' in fields)) return undefined;
    const { title } = fields;
    return typeof title === 'string' || typeof title === 'number' ? String(title).trim() : undefined;
  } catch {
    return undefined;
  }
}
