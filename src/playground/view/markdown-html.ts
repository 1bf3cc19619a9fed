import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import { escapeHtml } from './escape-html.js';
import { decodeSlackEntities } from './slack-entities.js';
import { LINK_ATTRIBUTES, type NameOf, REFERENCE, referenceToHtml, SAFE_LINK } from './slack-reference.js';

const AT_START = new RegExp(REFERENCE.source, 'y');

/**
 * Renders what Slack calls Markdown (`markdown_text` and `markdown` blocks) as safe HTML: CommonMark with tables, plus
 * Slack's `<…>` sequences, which Slack obeys here too. HTML stays text, images become links, and only absolute http(s)
 * and mailto links are links. Inline styles are not used: the page's content security policy forbids them.
 */
export function createMarkdownToHtml(): (markdown: string, nameOf: NameOf) => string {
  const parser = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true });
  parser.disable(['image', 'autolink']);
  parser.validateLink = (url) => SAFE_LINK.test(url);
  parser.inline.ruler.before('link', 'slack_reference', readReference);
  parser.core.ruler.push('for_this_page', ({ tokens }) => adapt(tokens));

  const { rules } = parser.renderer;
  rules.slack_reference = (tokens, index) => tokens[index]?.content ?? '';
  rules.text = (tokens, index) => citations(escapeHtml(tokens[index]?.content ?? ''));
  rules.code_inline = (tokens, index) => `<code>${codeText(tokens[index])}</code>`;
  rules.code_block = (tokens, index) => `<pre><code>${codeText(tokens[index])}</code></pre>\n`;
  rules.fence = rules.code_block;

  return (markdown, nameOf) => parser.render(markdown, { nameOf });
}

function readReference(state: StateInline, silent: boolean): boolean {
  AT_START.lastIndex = state.pos;
  const [whole, reference] = AT_START.exec(state.src) ?? [];
  if (whole === undefined || reference === undefined || state.linkLevel > 0) return false;
  const { nameOf } = state.env;
  const html = referenceToHtml(reference, (id) => (typeof nameOf === 'function' ? nameOf(id) : undefined));
  if (html === undefined) return false;
  if (!silent) state.push('slack_reference', '', 0).content = html;
  state.pos += whole.length;
  return true;
}

function adapt(tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.type === 'link_open') {
      for (const [name, value] of Object.entries(LINK_ATTRIBUTES)) token.attrSet(name, value);
    }
    // An answer stands under the page's own headings.
    if (/^heading_/.test(token.type)) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 3)}`;
    const alignment = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1];
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    if (alignment !== undefined) token.attrSet('class', `align-${alignment}`);
    adapt(token.children ?? []);
  }
}

/** Markdown leaves entities in code alone; Slack decodes its three everywhere. */
function codeText(token: Token | undefined): string {
  return escapeHtml(decodeSlackEntities(token?.content ?? ''));
}

function citations(html: string): string {
  return html.replace(/\[(\d{1,3})\]/g, '<span class="citation">[$1]</span>');
}
