import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import { runIdFor } from '../../threads/run-id.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import { referenceOf } from '../delivery/reply-in-thread.js';
import type { Journal } from '../intake/journal.js';
import type { Question } from '../intake/question.js';
import type { FindChannel } from '../people/find-channel.js';
import type { WhoMayAsk } from '../people/who-may-ask.js';
import { sharedQuestionMessage } from './shared-question.js';

export interface ShareOptions {
  readonly client: WebClient;
  readonly findChannel: FindChannel;
  readonly whoMayAsk: WhoMayAsk;
  readonly journal: Pick<Journal, 'claim' | 'settle'>;
  readonly answers: { answer(question: Question): Promise<void> };
  readonly budget: SlackBudget;
  readonly log: Log;
}

/** A click on "Share in channel". */
export interface Share {
  readonly tenantId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly userName: string;
  readonly question: string;
  /** Of the private message whose button was clicked. */
  readonly clickedTs: string;
}

const INVITE =
  'I am not in this channel, so I cannot write here. Invite me with `/invite @threadsmith`, then click again.';
const SHARED = 'Shared: I answer in the channel.';
const SHARED_BEFORE = 'This question is in the channel already.';
/** Where the bot is a member and may not write all the same. */
const CLOSED: ReadonlySet<string | undefined> = new Set([
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
]);

/**
 * Asks a private question again for all of its channel: who reads there may differ, and so may the answer. Resolves to what
 * the one who clicked is told. Never rejects.
 */
export async function shareQuestion(options: ShareOptions, share: Share): Promise<string> {
  try {
    return await posted(options, share);
  } catch (error) {
    const slackError = slackErrorCode(error);
    if (slackError === 'not_in_channel' || slackError === 'channel_not_found') return INVITE;
    if (CLOSED.has(slackError)) return 'I cannot write in this channel.';
    const { tenantId, channelId, clickedTs } = share;
    const reference = referenceOf(runIdFor({ tenantId, channelId, messageTs: clickedTs }));
    options.log.error({ err: error, slackError, reference }, 'question not shared');
    return `Something went wrong and I could not share this. Please ask again in the channel; if it goes on, give your admin this reference: \`${reference}\`.`;
  }
}

async function posted(options: ShareOptions, share: Share): Promise<string> {
  const { client, findChannel, whoMayAsk, journal, answers, budget } = options;
  const { tenantId, channelId, userId, question } = share;
  const channel = await findChannel(channelId);
  if (!channel?.hasBot) return INVITE;
  const isSharedChannel = channel.isShared;
  const refusal = await whoMayAsk({ channelId, userId, isSharedChannel });
  if (refusal !== undefined) return refusal;

  // A second click, to whatever replica, finds the first one's row. It needs no answer, so it is settled at once.
  const click = { tenantId, channelId, messageTs: share.clickedTs };
  if ((await journal.claim(click, share.clickedTs, [])) === 'seen') return SHARED_BEFORE;
  await journal.settle(click);

  await budget.take('chat.postMessage', channelId);
  const message = sharedQuestionMessage(share);
  const { ts } = await client.chat.postMessage({
    ...message,
    channel: channelId,
    unfurl_links: false,
    unfurl_media: false,
  });
  if (!ts) throw new Error('chat.postMessage must answer ts, got none');
  const key = { tenantId, channelId, messageTs: ts };
  await journal.claim(key, ts, []);
  const thread = { tenantId, channelId, threadTs: ts };
  const asked = { key, thread, text: question, userId, isSharedChannel };
  void answers.answer({ ...asked, isReply: false, files: [], filesKnown: true });
  return SHARED;
}
