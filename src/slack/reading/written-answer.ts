import type { Block, MarkdownBlock } from '@slack/types';
import { runIdFor } from '../../threads/run-id.js';
import type { MessageKey } from '../../threads/thread.js';
import { FEEDBACK_ACTION, PART_BLOCK, parseFeedback } from '../delivery/blocks.js';
import { ANSWER_PART } from '../delivery/own-messages.js';
import type { TakenMessage, ThreadAnswers } from '../intake/journal.js';
import { record, string } from '../unknown-json.js';
import type { Reply } from './read-replies.js';

/** The run that a message's feedback buttons name, and whether they are those that end the answer. */
export function buttonsIn({
  blocks = [],
}: Pick<Reply, 'blocks'>): { runId: string; isEnd: boolean } | undefined {
  for (const block of blocks) {
    const elements: readonly unknown[] = Array.isArray(block.elements) ? block.elements : [];
    for (const element of elements) {
      const { action_id, positive_button } = record(element);
      if (action_id !== FEEDBACK_ACTION) continue;
      const vote = parseFeedback(string(record(positive_button).value));
      if (vote) return { runId: vote.runId, isEnd: block.block_id !== PART_BLOCK };
    }
  }
  return undefined;
}

/** Whether a message ends an answer to the question as it stands now, by whichever process. */
export function endsAnswer(message: Reply, { askedRevision, revision, ...question }: TakenMessage): boolean {
  const buttons = buttonsIn(message);
  return buttons?.isEnd === true && revisions(question, askedRevision, revision).includes(buttons.runId);
}

/**
 * Whether a message of the bot belongs to a question's answer: the journal says so, its buttons or its metadata. An open stream
 * that the journal has not heard of, because its process died in that moment, counts as long as nobody else answers in the
 * thread.
 */
export function isOfAnswer(message: Reply, taken: TakenMessage, thread: ThreadAnswers): boolean {
  const { ts = '', metadata, files } = message;
  if (taken.answerTs.includes(ts)) return true;
  const buttons = buttonsIn(message);
  if (buttons) return !buttons.isEnd && revisions(taken, 0, taken.revision).includes(buttons.runId);
  if (metadata?.event_type === ANSWER_PART) {
    const part = string(record(metadata.event_payload).part);
    return revisions(taken, 0, taken.revision).some((run) => part.startsWith(run));
  }
  if (thread.othersAtWork || thread.answerTs.includes(ts) || metadata || files?.length) return false;
  const streaming = record(message).streaming_state;
  return streaming === undefined || streaming === 'in_progress';
}

/** The message's blocks without the feedback buttons, or undefined when it has none. */
export function withoutButtons(message: Reply): Block[] | undefined {
  if (buttonsIn(message) === undefined) return undefined;
  const { text = '', blocks = [] } = message;
  const kept: readonly unknown[] = blocks.filter((block) => buttonsIn({ blocks: [block] }) === undefined);
  const shown = kept.filter(isBlock);
  // An update shows its blocks alone; the text of what was streamed may stand outside of them.
  const hasText = shown.some(({ type }) => type === 'rich_text' || type === 'markdown');
  const body: MarkdownBlock = { type: 'markdown', text };
  return hasText ? shown : [body, ...shown];
}

function isBlock(block: unknown): block is Block {
  return string(record(block).type) !== '';
}

function revisions(question: MessageKey, from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => runIdFor(question, from + index));
}
