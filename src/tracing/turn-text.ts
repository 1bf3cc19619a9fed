import { z } from 'zod';

/** In the place of a message where no text is recorded: its turn is still seen. */
export const NOT_RECORDED = '[not recorded]';

const MESSAGES = z.object({ messages: z.array(z.object({ content: z.string() })).min(1) });

/** The last message of a turn's inputs or outputs, as LangSmith gives them back; empty where no text was recorded. */
export function lastMessageOf(given: unknown): string {
  const text = MESSAGES.safeParse(parsedJson(given)).data?.messages.at(-1)?.content ?? '';
  return text === NOT_RECORDED ? '' : text;
}

/** Some of LangSmith's answers hold JSON as text. */
export function parsedJson(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
