/** What bounds a question's way to its passages, in one place. */
export const RETRIEVAL_LIMITS = {
  /** Hits that are looked at for one prompt. What is left of them is decided by their tokens. */
  candidates: 20,
  /**
   * Tokens of a prompt that passages may fill: six to ten chunks. They are most of what an answer costs, because they alone
   * are new with every question and never read from a cache; each thousand costs $0.002 with claude-sonnet-5-5.
   *
   * How many of a hundred questions find an answer among them (keyword search; `npm run eval:retrieval` has the sets):
   *
   * | tokens      | 1,500 | 2,200 | 3,000 | 4,000 |
   * | claude-docs |    97 |    96 |    97 |    98 |
   * | own-docs    |    77 |    84 |    89 |    93 |
   * | cranfield   |    79 |    86 |    87 |    88 |
   *
   * An answer in a thread of ten may cost 2,700 weighted tokens (`npm run bench`); with these there is room for turns longer than
   * usual.
   */
  promptTokens: 2_350,
  /**
   * The least relevance of what is found for the model to be asked at all. Of 369 questions with an answer one is below it,
   * of 738 about other documents four in five (`npm run eval:retrieval`); the model judges what is above.
   */
  relevance: 0.3,
  /** How long the embedding of a question is waited for before the search goes on without it. */
  embeddingMs: 3_000,
  /** Questions whose vectors are kept: 4 KB each at 512 dimensions. */
  rememberedQuestions: 500,
} as const;

/** What of a thread the model gets, in tokens. */
export const CONVERSATION_LIMITS = {
  /** More than this is not sent: a turn is paid for again with every question that follows. */
  most: 8_000,
  /** What is kept when it was more. Far below `most`, so that many turns pass before the prompt's beginning changes again. */
  keep: 4_000,
  /** Of one message: a pasted log must not push the conversation out. */
  message: 2_000,
} as const;

/** What bounds the rewriting of a follow-up. */
export const CONDENSE_LIMITS = {
  /** How long the rewriting is waited for before the search goes on without it. */
  waitMs: 2_000,
  /** The newest turns that are shown, and tokens of each: a follow-up refers to what was just said. */
  turns: 10,
  turn: 300,
  /** Of the message itself. */
  message: 1_000,
  /** Of what the model may write. */
  reply: 300,
} as const;
