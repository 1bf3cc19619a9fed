import type { ModalView } from '@slack/types';
import { plainText } from '../plain-text.js';
import { record, recordIn, string } from '../unknown-json.js';

/** The callback id of the modal that asks what was wrong with an answer. */
const CALLBACK_ID = 'threadsmith_reason';
const REASON_BLOCK = 'threadsmith_reason';
const REASON_ACTION = 'reason';
const CORRECTION_BLOCK = 'threadsmith_correction';
const CORRECTION_ACTION = 'correction';
/** Slack's most in an input. */
const MAX_CORRECTION_CHARS = 3_000;

/** What may be wrong with an answer: the values in LangSmith, and how people read them. */
const REASONS = {
  wrong: 'It is wrong',
  outdated: 'It is outdated',
  missing: 'Something is missing',
  unclear: 'It is unclear',
  unsafe: 'It is unsafe: it should not have been said',
} as const;

/** The answer that was judged, and where. All of it travels with Slack's payloads: nothing is remembered here. */
export interface JudgedAnswer {
  readonly runId: string;
  readonly tenantId: string;
  readonly channelId: string;
  /** Of the LangSmith thread, where it is known. */
  readonly sessionId?: string | undefined;
  /** Where it is shown, if in a thread. */
  readonly threadTs?: string | undefined;
  /** Whether one person alone sees it. @default false */
  readonly isPrivate?: boolean | undefined;
  readonly responseUrl: string;
}

export interface SubmittedReason {
  readonly judged: JudgedAnswer;
  /** One of `REASONS`. */
  readonly reason: string;
  /** What the right answer is; empty where nobody said. */
  readonly correction: string;
}

export function reasonModal(judged: JudgedAnswer): ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACK_ID,
    title: plainText('What was wrong?'),
    submit: plainText('Send'),
    close: plainText('Skip'),
    private_metadata: JSON.stringify(judged),
    blocks: [
      {
        type: 'input',
        block_id: REASON_BLOCK,
        label: plainText('The answer'),
        element: {
          type: 'radio_buttons',
          action_id: REASON_ACTION,
          options: Object.entries(REASONS).map(([value, label]) => ({ value, text: plainText(label) })),
        },
      },
      {
        type: 'input',
        block_id: CORRECTION_BLOCK,
        optional: true,
        label: plainText('What is the right answer?'),
        hint: plainText('For those who look after the documents.'),
        element: {
          type: 'plain_text_input',
          action_id: CORRECTION_ACTION,
          multiline: true,
          max_length: MAX_CORRECTION_CHARS,
        },
      },
    ],
  };
}

/** What was submitted, or which field is wrong and why. Takes anything without throwing. */
export function submittedReason(
  view: unknown,
): SubmittedReason | { readonly errors: Record<string, string> } {
  const { private_metadata, state } = record(view);
  const values = record(record(state).values);
  const chosen = record(record(record(values[REASON_BLOCK])[REASON_ACTION]).selected_option);
  const reason = string(chosen.value);
  if (!(reason in REASONS)) return { errors: { [REASON_BLOCK]: 'Please choose one.' } };
  const correction = string(record(record(values[CORRECTION_BLOCK])[CORRECTION_ACTION]).value).trim();
  const { runId, tenantId, channelId, sessionId, threadTs, isPrivate, responseUrl } = recordIn(
    string(private_metadata),
  );
  return {
    judged: {
      runId: string(runId),
      tenantId: string(tenantId),
      channelId: string(channelId),
      sessionId: string(sessionId) || undefined,
      threadTs: string(threadTs) || undefined,
      isPrivate: isPrivate === true,
      responseUrl: string(responseUrl),
    },
    reason,
    correction,
  };
}
