import type { Attachment } from '../../rag/attachment.js';

/** A piece this short says nothing. */
const LEAST_CHARS = 200;

/** The texts cut to `textChars` together, the first files first; what has no room left is not read. */
export function withinTextLimit(attachments: readonly Attachment[], textChars: number): Attachment[] {
  let left = textChars;
  return attachments.map((attachment) => {
    if (attachment.kind !== 'text') return attachment;
    const { name, bytes, text } = attachment;
    if (text.length > left && left < LEAST_CHARS)
      return { kind: 'unread', name, bytes, reason: 'found no room beside the files before it' };
    const room = left;
    left -= Math.min(text.length, room);
    return text.length > room ? { ...attachment, text: beginning(text, room), cut: true } : attachment;
  });
}

/** Half a surrogate pair is no text. */
function beginning(text: string, length: number): string {
  const begin = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(begin) ? begin.slice(0, -1) : begin;
}
