import type { App } from '@slack/bolt';
import type { Log } from '../logger.js';
import type { AnswerQuestion } from './answer-question.js';
import { FEEDBACK_ACTION, parseFeedback } from './blocks.js';
import { questionIn } from './question.js';

/** A vote on an answer. Fulfilled by `tracing/`; rejects when LangSmith does not take it. */
export type SendFeedback = (vote: {
  runId: string;
  userId: string;
  key: string;
  score: number;
}) => Promise<void>;

export interface ListenersOptions {
  readonly answers: AnswerQuestion;
  readonly sendFeedback: SendFeedback;
  readonly botUserId: string;
  readonly log: Log;
}

/** Slack's events to calls on the bot. They translate; they decide nothing. */
export function addListeners(app: App, { answers, sendFeedback, botUserId, log }: ListenersOptions): void {
  const answerEvent = async ({ body }: { body: unknown }) => {
    const question = questionIn(body, botUserId);
    if (question) void answers.answer(question);
  };
  app.event('app_mention', answerEvent);
  app.event('message', answerEvent);

  app.action(FEEDBACK_ACTION, async ({ ack, action, body }) => {
    await ack();
    const vote =
      'value' in action && typeof action.value === 'string' ? parseFeedback(action.value) : undefined;
    if (!vote) return;
    await sendFeedback({ ...vote, userId: body.user.id, key: 'user_score' });
  });

  app.error(async (error) => log.error({ err: error }, 'a Slack event could not be handled'));
}
