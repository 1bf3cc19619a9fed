import type Anthropic from '@anthropic-ai/sdk';
import type { Attachment } from '../rag/attachment.js';

/** The files that came with a question, each under its name, so that none is taken for the question's own words. */
export function attachmentBlocks(attachments: readonly Attachment[]): Anthropic.ContentBlockParam[] {
  return attachments.flatMap(blocksOf);
}

function blocksOf(attachment: Attachment): Anthropic.ContentBlockParam[] {
  const name = JSON.stringify(attachment.name);
  switch (attachment.kind) {
    case 'text': {
      const extent = attachment.cut ? ' part="beginning"' : '';
      const text = attachment.text.replaceAll('</file', '<\\/file');
      return [{ type: 'text', text: `<file name=${name}${extent}>\n${text}\n</file>` }];
    }
    case 'image': {
      const { mediaType, base64 } = attachment;
      return [
        { type: 'text', text: `The image ${name}:` },
        { type: 'image', source: { type: 'base64', media_type: mediaType, data: base64 } },
      ];
    }
    case 'unread':
      return [{ type: 'text', text: `The file ${name} came too, and you have not seen it.` }];
  }
}

/** The same for a trace: names and sizes, nothing of what is in the files. */
export function attachmentNames(attachments: readonly Attachment[]): Anthropic.ContentBlockParam[] {
  return attachments.map(({ kind, name, bytes }) => {
    const size = bytes === undefined ? '' : `, ${bytes} bytes`;
    return { type: 'text', text: `[${kind} file ${JSON.stringify(name)}${size}: content not recorded]` };
  });
}
