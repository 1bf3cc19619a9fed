import { list, record, string } from '../unknown-json.js';
import { escapeHtml } from './escape-html.js';
import { createMarkdownToHtml } from './markdown-html.js';
import { mrkdwnToHtml } from './mrkdwn-html.js';
import { richTextToHtml } from './rich-text-html.js';
import type { NameOf } from './slack-reference.js';

export interface MessageContent {
  readonly text: string;
  /** The text is Markdown (a streamed message), not mrkdwn. */
  readonly markdown?: boolean | undefined;
  readonly blocks?: readonly unknown[] | undefined;
}

/**
 * Renders a Slack message as safe HTML: the only HTML that the page ever inserts. As in Slack, blocks replace the text,
 * but follow streamed text. Buttons are not part of it (`buttonsOf`); a block that is not known here is named, so that
 * nothing goes missing in silence.
 */
export function createMessageToHtml(): (message: MessageContent, nameOf: NameOf) => string {
  const markdownToHtml = createMarkdownToHtml();

  return function messageToHtml({ text, markdown = false, blocks = [] }, nameOf) {
    const html: string[] = [];
    if (markdown && text !== '') html.push(`<div class="markdown">${markdownToHtml(text, nameOf)}</div>`);
    if (!markdown && blocks.length === 0)
      html.push(`<div class="mrkdwn">${mrkdwnToHtml(text, nameOf)}</div>`);
    for (const block of blocks) html.push(blockToHtml(record(block)));
    return html.join('');

    function blockToHtml(block: Record<string, unknown>): string {
      switch (block.type) {
        case 'markdown':
          return `<div class="markdown">${markdownToHtml(string(block.text), nameOf)}</div>`;
        case 'header':
          return `<h4>${escapeHtml(string(record(block.text).text))}</h4>`;
        case 'section':
          return `<div class="mrkdwn">${[block.text, ...list(block.fields)].map(textObject).filter(Boolean).join('\n')}</div>`;
        case 'context':
          return `<div class="context mrkdwn">${list(block.elements).map(textObject).join(' ')}</div>`;
        case 'rich_text':
          return `<div class="rich-text">${richTextToHtml(list(block.elements), nameOf)}</div>`;
        case 'divider':
          return '<hr>';
        case 'actions':
        case 'context_actions':
          return '';
        default:
          return `<div class="unknown">A block of type ${escapeHtml(JSON.stringify(block.type) ?? 'undefined')}, which this page does not draw</div>`;
      }
    }

    function textObject(value: unknown): string {
      const { type, text, alt_text } = record(value);
      if (type === 'image') return escapeHtml(string(alt_text));
      return type === 'mrkdwn' ? mrkdwnToHtml(string(text), nameOf) : escapeHtml(string(text));
    }
  };
}
