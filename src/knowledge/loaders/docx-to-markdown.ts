import { unzipSync, zipSync } from 'fflate';
import mammoth from 'mammoth';
import { htmlToMarkdown } from './html-to-markdown.js';

/** Unpacked, pictures and fonts not counted: 20 times a long book. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 5000;
/** What holds no words. */
const NO_TEXT =
  /^(?:word|docProps)\/(?:media|embeddings|fonts|theme)\/|\.(?:jpe?g|png|gif|emf|wmf|bin|odttf)$/i;

/**
 * A Word document as Markdown, with its headings, lists and tables. LangChain's DocxLoader takes the bare text from the same
 * library, and passages would lose the headings that they are cut and found by.
 *
 * @throws Error when it would unpack to more than fits.
 */
export async function docxToMarkdown(bytes: Uint8Array): Promise<string> {
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(repacked(bytes)) },
    {
      styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  );
  return htmlToMarkdown(value);
}

/**
 * The archive packed anew from what of it was unpacked within bounds: an entry that is larger than it says is cut off here,
 * and mammoth, which sets no bounds, sees nothing else.
 */
function repacked(bytes: Uint8Array): Uint8Array {
  let unpacked = 0;
  let entries = 0;
  const files = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (NO_TEXT.test(name)) return false;
      entries += 1;
      unpacked += originalSize;
      if (entries > MAX_ENTRIES || unpacked > MAX_UNPACKED_BYTES) {
        throw new Error(
          `expected at most ${MAX_UNPACKED_BYTES} bytes in ${MAX_ENTRIES} files when unpacked, got more`,
        );
      }
      return true;
    },
  });
  return zipSync(files, { level: 0 });
}
