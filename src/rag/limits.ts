/** What bounds a question's way to its passages, in one place. */
export const RETRIEVAL_LIMITS = {
  /** Hits that are looked at for one prompt. What is left of them is decided by their tokens. */
  candidates: 20,
  /**
   * Tokens of a prompt that passages may fill: ten to fifteen chunks. With 6,000 the answer is among the first ten passages
   * for two documentation questions in a hundred more; each thousand costs $0.002 an answer with claude-sonnet-5-5.
   */
  promptTokens: 4_000,
  /** How long the embedding of a question is waited for before the search goes on without it. */
  embeddingMs: 3_000,
  /** Questions whose vectors are kept: 4 KB each at 512 dimensions. */
  rememberedQuestions: 500,
} as const;
