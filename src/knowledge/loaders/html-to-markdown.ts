import { slug } from 'github-slugger';
import type { Element, ElementContent, Nodes, Parents, Root } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { toMdast } from 'hast-util-to-mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { refuseDeepHtml } from './refuse-deep-html.js';

/** Never part of what a page says. */
const FURNITURE = new Set([
  'nav',
  'footer',
  'button',
  'svg',
  'iframe',
  'dialog',
  'script',
  'style',
  'template',
]);
/** Left out where a page does not mark its main part: menus and mastheads. */
const AROUND_MAIN = new Set(['header', 'aside', 'form']);
const HEADING = /^h[1-6]$/;

/**
 * A page's main part as Markdown; its `<title>` becomes the first heading where there is none. Headings keep the ids that
 * links to them need, as `## Heading {#id}`.
 *
 * Of the libraries measured, node-html-markdown loses line breaks and code in tables, and both it and turndown take
 * quadratic time on long pages; this family parses as browsers do and is linear on them.
 *
 * @param url for relative links
 * @throws Error when the page is nested too deep.
 */
export function htmlToMarkdown(html: string, url?: string): string {
  refuseDeepHtml(html);
  const tree = fromHtml(html);
  const main = mainPartOf(tree);
  prepare(main ?? tree, { isMain: main !== undefined, url });
  const content: Root = { type: 'root', children: main ? [main] : tree.children };
  const markdown = toMarkdown(toMdast(content, { document: true }), {
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
    bullet: '-',
    rule: '-',
    listItemIndent: 'one',
  }).trim();
  if (markdown === '' || find(content, ({ tagName }) => tagName === 'h1').length > 0) return markdown;
  const title = find(tree, ({ tagName }) => tagName === 'title').map(textOf)[0];
  return title ? `# ${title}\n\n${markdown}` : markdown;
}

/** Undefined where the page marks none, or several. */
function mainPartOf(tree: Root): Element | undefined {
  const [main = undefined, ...others] = find(
    tree,
    ({ tagName, properties }) => tagName === 'main' || properties.role === 'main',
  );
  if (others.length > 0) return undefined;
  const [article = undefined, ...more] = find(main ?? tree, ({ tagName }) => tagName === 'article');
  return article && more.length === 0 ? article : main;
}

/** The outermost elements that match, in the order of the page. */
function find(node: Nodes, matches: (element: Element) => boolean): Element[] {
  if (node.type === 'element' && matches(node)) return [node];
  return 'children' in node ? node.children.flatMap((child) => find(child, matches)) : [];
}

interface Page {
  readonly isMain: boolean;
  readonly url: string | undefined;
}

/** Takes the furniture out and makes of the rest what Markdown can say. */
function prepare(parent: Parents, page: Page): void {
  parent.children = parent.children.filter((child) => child.type !== 'element' || isContent(child, page));
  for (const child of parent.children) {
    if (child.type !== 'element') continue;
    prepare(child, page);
    if (HEADING.test(child.tagName)) prepareHeading(child, parent);
    if (child.tagName === 'td' || child.tagName === 'th') child.children = inlineOf(child.children);
    if (child.tagName === 'a') child.properties.href = readable(child.properties.href, page.url);
    if (child.tagName === 'img') child.properties.src = readable(child.properties.src, page.url);
  }
}

function isContent({ tagName, properties }: Element, { isMain }: Page): boolean {
  if (properties.hidden || properties.ariaHidden === 'true') return false;
  return !FURNITURE.has(tagName) && (isMain || !AROUND_MAIN.has(tagName));
}

/** Sphinx puts the id on the section, others on the heading. Links to the heading itself (#, ¶) are furniture. */
function prepareHeading(heading: Element, parent: Parents): void {
  heading.children = heading.children.filter((child) => !isPermalink(child));
  const isFirst = parent.children.find(({ type }) => type === 'element') === heading;
  const section = parent.type === 'element' && isFirst ? parent.properties.id : undefined;
  const id = heading.properties.id ?? section;
  const text = textOf(heading);
  if (heading.tagName === 'h1' || typeof id !== 'string' || !/^[\w-]+$/.test(id) || id === slug(text)) return;
  heading.children.push({ type: 'text', value: ` {#${id}}` });
}

function isPermalink(node: ElementContent): boolean {
  const isLink = node.type === 'element' && node.tagName === 'a';
  return isLink && String(node.properties.href).includes('#') && !/[\p{L}\p{N}]/u.test(textOf(node));
}

/** A cell of a Markdown table is one line: its blocks are set apart by line breaks. */
function inlineOf(children: readonly ElementContent[]): ElementContent[] {
  return children.flatMap((child) => {
    if (
      child.type !== 'element' ||
      !/^(?:p|div|ul|ol|li|dl|dt|dd|pre|blockquote|table|tbody|tr|td|th|h\d)$/.test(child.tagName)
    )
      return [child];
    if (child.tagName === 'pre')
      return [
        {
          type: 'element',
          tagName: 'code',
          properties: {},
          children: [{ type: 'text', value: textOf(child) }],
        },
      ];
    return [...inlineOf(child.children), { type: 'text', value: child.tagName === 'li' ? '; ' : ' ' }];
  });
}

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('').replace(/\s+/g, ' ').trim() : '';
}

/** Empty where it is none that a reader could open: scripts, and pictures that are written out in the page. */
function readable(link: unknown, base: string | undefined): string {
  if (typeof link !== 'string' || /^(?:javascript|data|vbscript):/i.test(link.trim())) return '';
  return base !== undefined && URL.canParse(link, base) ? new URL(link, base).href : link;
}
