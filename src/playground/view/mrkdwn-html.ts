import { escapeHtml } from './escape-html.js';
import { decodeSlackEntities } from './slack-entities.js';
import { type NameOf, REFERENCE, referenceToHtml } from './slack-reference.js';

const CODE_OR_REFERENCE = new RegExp(`\`\`\`([\\s\\S]*?)\`\`\`|\`([^\`\\n]+)\`|${REFERENCE.source}`, 'g');
/** Two private-use characters that enclose the number of a finished piece; taken out of the input first. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];

/**
 * Slack's own markup ("mrkdwn": *bold*, _italic_, ~struck~, `code`, > quote, `<…>`) as safe HTML.
 *
 * Finished pieces are put aside in one pass from left to right, so none can stand inside another; only then is the rest
 * escaped and emphasised. Line breaks stay line breaks: the page shows this text with `white-space: pre-wrap`.
 */
export function mrkdwnToHtml(mrkdwn: string, nameOf: NameOf): string {
  const pieces: string[] = [];
  const putAside = (html: string) => `${OPEN}${pieces.push(html) - 1}${CLOSE}`;

  const rest = mrkdwn
    .replace(/[\uE000\uE001]/g, '')
    .replace(CODE_OR_REFERENCE, (whole, block, code, reference) => {
      if (block !== undefined)
        return putAside(`<pre><code>${codeText(block.replace(/^\n|\n$/g, ''))}</code></pre>`);
      if (code !== undefined) return putAside(`<code>${codeText(code)}</code>`);
      return putAside(referenceToHtml(reference, nameOf) ?? escapeHtml(whole));
    });
  return quote(emphasise(codeText(rest))).replace(
    /\uE000(\d+)\uE001/g,
    (_, index) => pieces[Number(index)] ?? '',
  );
}

function codeText(text: string): string {
  return escapeHtml(decodeSlackEntities(text));
}

function emphasise(html: string): string {
  return html
    .replace(/(?<![\w*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\w*])/g, '<strong>$1</strong>')
    .replace(/(?<![\w_])_(?![\s_])([^_\n]*[^\s_])_(?![\w_])/g, '<em>$1</em>')
    .replace(/(?<![\w~])~(?![\s~])([^~\n]*[^\s~])~(?![\w~])/g, '<s>$1</s>');
}

function quote(html: string): string {
  return html.replace(/(?:^&gt;.*(?:\n|$))+/gm, (lines) => {
    const text = lines.replace(/^&gt; ?/gm, '').replace(/\n$/, '');
    return `<blockquote>${text}</blockquote>`;
  });
}
