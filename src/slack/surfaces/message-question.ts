import type { ModalView } from '@slack/types';
import type { Turn } from '../../threads/turn.js';
import { plainText } from '../plain-text.js';
import { decodeEntities } from '../reading/decode-entities.js';
import { list, record, recordIn, string } from '../unknown-json.js';

/** The callback id of the modal in which a question about a message is asked. */
const CALLBACK_ID = 'threadsmith_ask_about';
const MESSAGE_BLOCK = 'threadsmith_message';
const QUESTION_BLOCK = 'threadsmith_question';
const QUESTION_ACTION = 'question';
/** Slack's most in a section, less what cutting adds. */
const MAX_QUOTED_CHARS = 2_900;
/** A question is an input of one or a few lines. */
const MAX_QUESTION_CHARS = 2_000;
const PREFILLED = 'What do our documents say about this?';

/** What was asked about a message. */
export interface MessageQuestion {
  readonly channelId: string;
  readonly responseUrl: string;
  readonly question: string;
  /** The message, as it was shown. */
  readonly turn: Turn;
}

/**
 * The modal with the quoted message. It carries all that is needed to answer, so that nothing is remembered between its
 * opening and its submission; of a very long message the beginning.
 */
export function messageQuestionModal(
  turn: Turn,
  place: { readonly channelId: string; readonly responseUrl: string },
): ModalView {
  const { text, ...author } = turn;
  const quoted = text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text;
  return {
    type: 'modal',
    callback_id: CALLBACK_ID,
    title: plainText('Ask about a message'),
    submit: plainText('Ask'),
    close: plainText('Cancel'),
    private_metadata: JSON.stringify({ ...place, ...author }),
    blocks: [
      { type: 'section', block_id: MESSAGE_BLOCK, text: plainText(quoted) },
      {
        type: 'input',
        block_id: QUESTION_BLOCK,
        label: plainText('Your question'),
        hint: plainText('The answer is shown to you alone.'),
        element: {
          type: 'plain_text_input',
          action_id: QUESTION_ACTION,
          multiline: true,
          initial_value: PREFILLED,
          max_length: MAX_QUESTION_CHARS,
        },
      },
    ],
  };
}

/** What was submitted, or which field is wrong and why. Takes anything without throwing. */
export function submittedQuestion(
  view: unknown,
): MessageQuestion | { readonly errors: Record<string, string> } {
  const { private_metadata, blocks, state } = record(view);
  const input = record(record(record(record(state).values)[QUESTION_BLOCK])[QUESTION_ACTION]);
  const question = string(input.value).trim();
  if (question === '') return { errors: { [QUESTION_BLOCK]: 'Please write a question.' } };
  const quote = list(blocks)
    .map(record)
    .find(({ block_id }) => block_id === MESSAGE_BLOCK);
  const { channelId, responseUrl, role, userId, messageTs } = recordIn(string(private_metadata));
  return {
    channelId: string(channelId),
    responseUrl: string(responseUrl),
    question,
    turn: {
      role: role === 'assistant' ? 'assistant' : 'user',
      text: decodeEntities(string(record(quote?.text).text)),
      userId: string(userId) || undefined,
      messageTs: string(messageTs),
    },
  };
}
