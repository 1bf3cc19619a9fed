import type { Attachment } from '../../rag/attachment.js';
import { shownName } from './file-names.js';

/** The end of an answer: every file that was not read, or not to its end, with its reason. Empty when all were read. */
export function unreadFootnote(attachments: readonly Attachment[]): string {
  const lines = attachments.flatMap((attachment) => {
    if (attachment.kind === 'unread')
      return `I did not read ${shownName(attachment)}: it ${attachment.reason}.`;
    return attachment.kind === 'text' && attachment.cut
      ? `Of ${shownName(attachment)} I read only the beginning: it is too long.`
      : [];
  });
  if (lines.length === 0) return '';
  return lines.length === 1 ? `\n\n_${lines[0]}_` : `\n\n${lines.map((line) => `- _${line}_`).join('\n')}`;
}
