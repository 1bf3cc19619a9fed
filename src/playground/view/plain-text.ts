import MarkdownIt, { type Token } from 'markdown-it';

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });

/**
 * The words of a piece of Markdown without its marks: links by their label, one line for each paragraph, item and row of a
 * table. HTML stays text.
 */
export function plainText(markdown: string): string {
  return parser
    .parse(markdown, {})
    .reduce(written, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

/** What is written so far, and the token after it. */
function written(text: string, { type, content, children }: Token): string {
  if (type === 'inline') return text + (children ?? []).map(inline).join('');
  if (type === 'fence' || type === 'code_block') return `${text}${content}`;
  if (type === 'list_item_open') return `${text}• `;
  if (type === 'td_close' || type === 'th_close') return `${text}  `;
  return /^(?:paragraph|heading|tr)_close$/.test(type) ? `${text}\n` : text;
}

function inline({ type, content, children }: Token): string {
  if (type === 'softbreak') return ' ';
  if (type === 'hardbreak') return '\n';
  return type === 'image' ? (children ?? []).map(inline).join('') : content;
}
