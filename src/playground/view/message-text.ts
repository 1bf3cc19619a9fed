import type { Message } from '../slack/model.js';
import { list, record, string } from '../unknown-json.js';
import { decodeSlackEntities } from './slack-entities.js';
import { type NameOf, REFERENCE } from './slack-reference.js';

const REFERENCES = new RegExp(REFERENCE.source, 'g');
/** What may be the beginning of an entity or a reference whose rest has not come yet. */
const UNFINISHED = /(?:&\w{0,3}|<[^<>\n]{0,3000})$/;
/** An answer must not drive the terminal: no escape sequences. Line feeds and tabs stay. */
const CONTROL = /[^\P{Cc}\n\t]/gu;

/**
 * A message as plain text for the terminal: Markdown as it is, references by name, links with their address. While it
 * streams, every result begins with the one before.
 */
export function messageText({ text, blocks = [], stream }: Message, nameOf: NameOf): string {
  const isOpen = stream?.state === 'in_progress';
  const shown = isOpen ? text.replace(UNFINISHED, '') : text;
  const parts = [...(stream || blocks.length === 0 ? [shown] : []), ...(isOpen ? [] : blocks.map(blockText))];
  return parts
    .filter((part) => part !== '')
    .map((part) =>
      decodeSlackEntities(part.replace(REFERENCES, (_, reference) => readable(reference, nameOf))),
    )
    .join('\n\n')
    .replace(CONTROL, '');
}

function readable(reference: string, nameOf: NameOf): string {
  const [target = '', label = ''] = reference.split('|');
  if (/^[@#]/.test(target)) return `${target[0]}${nameOf(target.slice(1)) ?? (label || target.slice(1))}`;
  if (target.startsWith('!')) return label || `@${target.slice(1)}`;
  return label === '' || label === target ? target : `${label} (${target})`;
}

function blockText(block: unknown): string {
  const { text, fields, elements, type } = record(block);
  if (typeof text === 'string') return text;
  const texts = [text, ...list(fields), ...(type === 'context' ? list(elements) : [])];
  return texts
    .map((each) => string(record(each).text))
    .filter(Boolean)
    .join('\n');
}
