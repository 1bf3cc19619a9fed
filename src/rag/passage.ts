/** A chunk of a document as retrieval returns it, or several that stand side by side in it. */
export interface Passage {
  /** Stable while the chunk's text is: same document, same place, same words. Of several, the best one's. */
  readonly id: string;
  readonly documentId: string;
  /** The chunk's place in the document, from 0; of several, the first one's. Absent where it is not known. */
  readonly ordinal?: number | undefined;
  /** The document's title. */
  readonly title: string;
  /** Headings above the chunk, outermost first, the title not among them. */
  readonly headings: readonly string[];
  readonly text: string;
  /** Where a person can read it, with the heading's anchor; absent for documents without a published page. */
  readonly url?: string | undefined;
  /** Name of the registered source it came from. */
  readonly source: string;
  /** The person or channel that the source names for what its documents do not say, as people read it. */
  readonly askInstead?: string | undefined;
  /** When the document was last changed, ISO 8601, where known. */
  readonly updatedAt?: string | undefined;
  /** Higher is better; comparable only within one result. */
  readonly score: number;
  /**
   * The chunks when it is several, in the document's order, each a slice of `text`: a citation names the one that it quotes.
   */
  readonly parts?: readonly Passage[] | undefined;
}
