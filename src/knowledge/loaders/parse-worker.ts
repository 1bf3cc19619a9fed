import { type MessagePort, parentPort } from 'node:worker_threads';
import type { DocumentJob, ParsedDocument, ParseJob, ParseReply } from './parse-job.js';

function serve(port: MessagePort): void {
  port.on('message', async (job: ParseJob) => {
    port.postMessage(await reply(job));
  });
}

async function reply(job: ParseJob): Promise<ParseReply> {
  try {
    if (job.type === 'sitemap') {
      const { readSitemap } = await import('./read-sitemap.js');
      return { sitemap: await readSitemap(job.bytes) };
    }
    if (job.type === 'cut') {
      const [{ chunkDocument }, { prepareChunks }] = await Promise.all([
        import('../chunks/chunk-document.js'),
        import('../chunks/prepare-chunks.js'),
      ]);
      const { source, document, sizes } = job;
      return { chunks: prepareChunks(source, document.path, chunkDocument(document, sizes)) };
    }
    const document = await parse(job);
    return document.text.trim() === ''
      ? { problem: `expected text, found none: ${EMPTY[job.type]}` }
      : { document };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'expected a document that is less deeply nested' };
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const EMPTY = {
  html: 'is the page filled in by a script?',
  pdf: 'are its pages pictures? Let a program recognise their text first',
  docx: 'is it a document of pictures?',
};

/** Each parser is loaded when the first document of its kind comes: together they take most of a second. */
async function parse(job: DocumentJob): Promise<ParsedDocument> {
  switch (job.type) {
    case 'html': {
      const [{ decodeHtml }, { htmlToMarkdown }, { withoutMacros }] = await Promise.all([
        import('./decode-html.js'),
        import('./html-to-markdown.js'),
        import('./without-macros.js'),
      ]);
      const html = decodeHtml(job.bytes, job.charset);
      const plain = job.dialect === 'confluence' ? withoutMacros(html) : html;
      return { format: 'markdown', text: htmlToMarkdown(plain, job.url) };
    }
    case 'docx': {
      const { docxToMarkdown } = await import('./docx-to-markdown.js');
      return { format: 'markdown', text: await docxToMarkdown(job.bytes) };
    }
    case 'pdf': {
      const { pdfToText } = await import('./pdf-to-text.js');
      return await pdfToText(job.bytes);
    }
  }
}

if (parentPort) serve(parentPort);
