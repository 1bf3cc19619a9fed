import { readFile } from 'node:fs/promises';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../view/escape-html.js';

/** The product's user documentation: from src/playground and from dist/playground. */
export const OWN_DOCS_FOLDER = new URL('../../../docs/', import.meta.url);

/**
 * A page of the product's own documentation as HTML, so that the playground's citations lead somewhere; undefined when
 * there is none of that name. The documents are ours, yet HTML in them stays text.
 */
export async function ownDocsPage(name: string): Promise<string | undefined> {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  const markdown = await readFile(new URL(`${name}.md`, OWN_DOCS_FOLDER), 'utf8').catch(() => undefined);
  if (markdown === undefined) return undefined;
  const title = escapeHtml(/^# (.+)$/m.exec(markdown)?.[1] ?? name);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Threadsmith</title>
    <link rel="stylesheet" href="/docs.css">
  </head>
  <body>
    <main>${render(markdown)}</main>
  </body>
</html>
`;
}

function render(markdown: string): string {
  const parser = new MarkdownIt({ html: false });
  const slugger = new GithubSlugger();
  parser.core.ruler.push('own_docs', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      // The anchors that citations point to.
      if (token.type === 'heading_open') token.attrSet('id', slugger.slug(tokens[index + 1]?.content ?? ''));
      for (const child of token.children ?? []) {
        const href = child.type === 'link_open' ? child.attrGet('href') : null;
        if (href) child.attrSet('href', String(href).replace(/^([a-z0-9-]+)\.md(?=#|$)/, '/docs/$1'));
      }
    }
  });
  return parser.render(markdown);
}
