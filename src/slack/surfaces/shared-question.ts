import type { KnownBlock } from '@slack/types';
import { plainText } from '../plain-text.js';
import { decodeEntities } from '../reading/decode-entities.js';
import { list, record, string } from '../unknown-json.js';

/** The action id of "Share in channel"; its value is the question. */
export const SHARE_ACTION = 'threadsmith_share';

/** Begins the id of the block that holds a shared question; the asker's user id follows. */
const BLOCK_PREFIX = 'threadsmith_shared:';
/** What a button's value holds. */
const MAX_QUESTION_CHARS = 2_000;

/** The button under a private answer; nothing for a question that is too long for it. */
export function shareButton(question: string): KnownBlock[] {
  if (question.length > MAX_QUESTION_CHARS) return [];
  const text = { type: 'plain_text', text: 'Share in channel' } as const;
  return [
    { type: 'actions', elements: [{ type: 'button', action_id: SHARE_ACTION, text, value: question }] },
  ];
}

/** A question that the bot posts for somebody. Plain text: it pages nobody and links nowhere. */
export function sharedQuestionMessage({
  question,
  userId,
  userName,
}: {
  readonly question: string;
  readonly userId: string;
  readonly userName: string;
}): { text: string; blocks: KnownBlock[] } {
  return {
    text: `A question of ${userName.replace(/[&<>@]/g, '')}`,
    blocks: [
      { type: 'section', block_id: `${BLOCK_PREFIX}${userId}`, text: plainText(question) },
      { type: 'context', elements: [plainText(`Asked by ${userName}, who shared it from a private answer`)] },
    ],
  };
}

/**
 * Who asked what, when the message is such a post. Only a message of the bot itself may be believed. Takes anything without
 * throwing.
 */
export function sharedQuestionIn(
  message: unknown,
): { readonly userId: string; readonly text: string } | undefined {
  for (const block of list(record(message).blocks)) {
    const { block_id, text } = record(block);
    if (!string(block_id).startsWith(BLOCK_PREFIX)) continue;
    return {
      userId: string(block_id).slice(BLOCK_PREFIX.length),
      text: decodeEntities(string(record(text).text)),
    };
  }
  return undefined;
}
