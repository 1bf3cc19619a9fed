/** A piece of a document that is searched for, shown and cited as a whole. */
export interface Chunk {
  /** Place in the document, from 0. */
  readonly ordinal: number;
  readonly title: string;
  /** Headings above it, outermost first, the title not among them. */
  readonly headings: readonly string[];
  /** A slice of the document in its own format: code, tables and links are as their author wrote them. */
  readonly text: string;
  /** The nearest heading's anchor on a page that follows GitHub's rules; absent before the first heading. */
  readonly anchor?: string | undefined;
  /** The document's page with the anchor; absent when the document has none. */
  readonly url?: string | undefined;
}

export interface ChunkOptions {
  /** What the document is called when it does not say so itself: its file's name. */
  readonly title: string;
  /** The page where a person reads it. */
  readonly url?: string | undefined;
  /**
   * The most characters in a chunk, its title and headings not counted.
   * @default 1600
   */
  readonly maxChars?: number | undefined;
  /**
   * A section shorter than this is joined with its neighbour under the same heading, when both fit.
   * @default 1000
   */
  readonly minChars?: number | undefined;
}

/** 1,000 to 1,600 characters, about 250 to 400 tokens: eight of them fill a prompt without drowning the question. */
export const DEFAULT_MAX_CHARS = 1600;
export const DEFAULT_MIN_CHARS = 1000;

/** What of a chunk is embedded and indexed. */
export type ChunkWords = Pick<Chunk, 'title' | 'headings' | 'text'>;

/** What is embedded for a chunk: a passage under "Deploying > Docker" need not say either word itself. */
export function textToEmbed({ title, headings, text }: ChunkWords): string {
  return `${[title, ...headings].join(' > ')}\n${text}`;
}
