import { PDFLoader } from '@langchain/community/document_loaders/fs/pdf';
import { getResolvedPDFJS } from 'unpdf';
import type { ParsedDocument } from './parse-job.js';

/** A thick manual has 1,000. */
const MAX_PAGES = 2000;

/** What programs write into a title that nobody gave. */
const NO_TITLE = /^\s*$|^untitled|^microsoft (?:word|powerpoint)|\.(?:docx?|pdf|tex|indd|pptx?|xlsx?)$/i;

/**
 * A PDF's text, page after page.
 *
 * unpdf's build of pdf.js instead of pdf-parse, LangChain's default: 2 MB against 75, no native canvas, and Node 20.
 *
 * @throws Error for too many pages, and what pdf.js throws for a broken or locked file.
 */
export async function pdfToText(bytes: Uint8Array): Promise<ParsedDocument> {
  const loader = new PDFLoader(new Blob([new Uint8Array(bytes)]), { pdfjs: boundedPdfJs });
  const pages = await loader.load();
  const text = pages.map(({ pageContent }) => pageContent.trim()).join('\n\n');
  const title: unknown = pages[0]?.metadata.pdf?.info?.Title;
  return {
    format: 'text',
    text,
    ...(typeof title === 'string' && !NO_TITLE.test(title) && { title: title.trim() }),
  };
}

/** pdf.js as the loader asks for it; it opens no pictures, evaluates nothing and counts the pages first. */
async function boundedPdfJs() {
  const { getDocument, version } = await getResolvedPDFJS();
  return {
    isV2: false as const,
    version,
    getDocument(options: { data: Uint8Array }) {
      const { promise } = getDocument({ ...options, isEvalSupported: false, maxImageSize: 1, verbosity: 0 });
      return { promise: promise.then(checkPages) };
    },
  };
}

function checkPages<Document extends { readonly numPages: number }>(document: Document): Document {
  if (document.numPages <= MAX_PAGES) return document;
  throw new Error(`expected at most ${MAX_PAGES} pages, got ${document.numPages}: split the document`);
}
