import { list, record, string } from '../unknown-json.js';
import { escapeHtml } from './escape-html.js';
import { type NameOf, referenceToHtml } from './slack-reference.js';

const STYLES = { bold: 'strong', italic: 'em', strike: 's', code: 'code' } as const;

/** The elements of a `rich_text` block as safe HTML: sections, lists, quotes and preformatted text. */
export function richTextToHtml(elements: readonly unknown[], nameOf: NameOf): string {
  return elements
    .map(record)
    .map(({ type, style, elements: inner }) => {
      if (type === 'rich_text_list') {
        const tag = style === 'ordered' ? 'ol' : 'ul';
        const items = list(inner).map((item) => `<li>${inline(list(record(item).elements), nameOf)}</li>`);
        return `<${tag}>${items.join('')}</${tag}>`;
      }
      const html = inline(list(inner), nameOf);
      if (type === 'rich_text_preformatted') return `<pre><code>${html}</code></pre>`;
      return type === 'rich_text_quote'
        ? `<blockquote>${html}</blockquote>`
        : `<div class="mrkdwn">${html}</div>`;
    })
    .join('');
}

function inline(elements: readonly unknown[], nameOf: NameOf): string {
  return elements
    .map(record)
    .map((element) => {
      const text = string(element.text);
      const style = record(element.style);
      const html = reference(element, nameOf) ?? escapeHtml(text);
      return Object.entries(STYLES).reduce(
        (styled, [name, tag]) => (style[name] === true ? `<${tag}>${styled}</${tag}>` : styled),
        html,
      );
    })
    .join('');
}

function reference(element: Record<string, unknown>, nameOf: NameOf): string | undefined {
  switch (element.type) {
    case 'link': {
      const url = string(element.url);
      const label = string(element.text);
      // A bar or an angle bracket would end the reference early; neither stands raw in a URL.
      return /[|<>]/.test(url) ? escapeHtml(label || url) : referenceToHtml(`${url}|${label}`, nameOf);
    }
    case 'user':
      return referenceToHtml(`@${string(element.user_id)}`, nameOf);
    case 'channel':
      return referenceToHtml(`#${string(element.channel_id)}`, nameOf);
    case 'broadcast':
      return referenceToHtml(`!${string(element.range)}`, nameOf);
    case 'emoji':
      return escapeHtml(`:${string(element.name)}:`);
    default:
      return undefined;
  }
}
