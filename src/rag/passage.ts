/** A chunk of a document as retrieval returns it. */
export interface Passage {
  /** Stable while the chunk's text is: same document, same place, same words. */
  readonly id: string;
  readonly documentId: string;
  /** The document's title. */
  readonly title: string;
  /** Headings above the chunk, outermost first, the title not among them. */
  readonly headings: readonly string[];
  readonly text: string;
  /** Where a person can read it, with the heading's anchor; absent for documents without a published page. */
  readonly url?: string | undefined;
  /** Name of the registered source it came from. */
  readonly source: string;
  /** When the document was last changed, ISO 8601, where known. */
  readonly updatedAt?: string | undefined;
  /** Higher is better; comparable only within one result. */
  readonly score: number;
}
