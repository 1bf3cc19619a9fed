/** A question that the documents did not answer, or whose answer was voted down. */
export interface Gap {
  /** Of a follow-up as it was searched for. Empty where traces hold no text. */
  readonly question: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly user: string | undefined;
  readonly notFound: boolean;
  readonly downvotes: number;
  /** As often as they were given. */
  readonly reasons: readonly string[];
  readonly corrections: readonly string[];
  readonly nearest: readonly NearDocument[];
  /** Absent: the message has no address. */
  readonly slackUrl: string | undefined;
  readonly traceUrl: string;
}

/** A document that came near a question. */
export interface NearDocument {
  readonly title: string;
  readonly url?: string | undefined;
}
