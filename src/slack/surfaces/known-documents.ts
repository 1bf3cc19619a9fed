/** What the bot answers from, for people to see. Fulfilled by `knowledge/`. */
export interface KnownDocuments {
  readonly sources: readonly KnownSource[];
  /** Of the documents that changed last. */
  readonly titles: readonly string[];
}

export interface KnownSource {
  readonly name: string;
  /** "folder", "web", "github" … */
  readonly kind: string;
  readonly documents: number;
  readonly chunks: number;
  /** When it was last refreshed, ISO 8601. */
  readonly refreshedAt?: string | undefined;
}

/** Rejects when the store cannot be read. */
export type FindDocuments = () => Promise<KnownDocuments>;
