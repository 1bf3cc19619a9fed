import { z } from 'zod';

const PASSAGE = z.object({
  /** What it holds of the documentation, as "documents.md#web-pages". */
  sections: z.array(z.string()),
  title: z.string(),
  text: z.string(),
});

export const GIVEN_ANSWER = z.object({
  /** With [n] where a source is cited, as its reader sees it. */
  answer: z.string(),
  outcome: z.string(),
  /** Cited, in the order of their numbers. */
  sources: z.array(PASSAGE.extend({ number: z.number() })),
  /** What the model got. */
  retrieved: z.array(PASSAGE),
  citationsDropped: z.number(),
});

/** What the chain made of a question: the outputs of an experiment's run. */
export type GivenAnswer = z.output<typeof GIVEN_ANSWER>;
