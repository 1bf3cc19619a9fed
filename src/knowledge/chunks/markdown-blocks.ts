import MarkdownIt, { type Token } from 'markdown-it';

/** A block of Markdown as it stands in its lines. */
export interface Block {
  /** As markdown-it calls it: `heading`, `paragraph`, `fence`, `table`, `bullet_list`, … */
  readonly type: string;
  readonly text: string;
  /** Items of a list, blocks of an item or a quotation. */
  readonly children: readonly Block[];
  /** A heading's level. */
  readonly depth: number;
  /** A heading's words without markup. */
  readonly words: string;
}

/** Characters: thousands of open brackets in a line take the inline parser seconds. */
const LONGEST_HEADING = 500;

/**
 * The blocks of a text. Only blocks are parsed, and of the inline markup only the headings': that is 18 MB/s, so that even
 * a large document does not hold up the bot that it is read beside (remark, which parses all, does 0.3).
 */
export function markdownBlocks(markdown: string): Block[] {
  const parser = new MarkdownIt({ html: true });
  parser.core.ruler.disable(['inline', 'linkify', 'replacements', 'smartquotes', 'text_join']);
  const lines = markdown.split('\n');
  const references = {};
  const tokens = parser.parse(markdown, references);

  /** The blocks between two tokens, of which the first is one level deeper than what holds them. */
  function blocks(from: number, to: number): Block[] {
    const found: Block[] = [];
    for (let index = from; index < to; index++) {
      const token = tokens[index];
      if (!token?.map) continue;
      const end = token.nesting === 1 ? endOf(tokens, index) : index;
      const [first, last] = token.map;
      const holds = /^(?:bullet_list|ordered_list|list_item|blockquote)_open$/.test(token.type);
      const isHeading = token.type === 'heading_open';
      found.push({
        type: token.type.replace(/_open$/, ''),
        text: lines.slice(first, last).join('\n').replace(/^\n+/, '').trimEnd(),
        children: holds ? blocks(index + 1, end) : [],
        depth: isHeading ? Number(token.tag.slice(1)) : 0,
        words: isHeading ? wordsOf(tokens[index + 1]?.content ?? '') : '',
      });
      index = end;
    }
    return found;
  }

  function wordsOf(content: string): string {
    const inline: Token[] = [];
    parser.inline.parse(content.slice(0, LONGEST_HEADING), parser, references, inline);
    return plainText(inline).replace(/\s+/g, ' ').trim();
  }

  return blocks(0, tokens.length);
}

/** Where what a token opens is closed. */
function endOf(tokens: readonly Token[], open: number): number {
  const level = tokens[open]?.level;
  let index = open + 1;
  while (index < tokens.length && !(tokens[index]?.level === level && tokens[index]?.nesting === -1))
    index += 1;
  return index;
}

function plainText(inline: readonly Token[]): string {
  return inline
    .map(({ type, content, children }) => {
      if (type === 'image') return plainText(children ?? []);
      if (type === 'softbreak' || type === 'hardbreak') return ' ';
      return type === 'text' || type === 'code_inline' || type === 'text_special' ? content : '';
    })
    .join('');
}
