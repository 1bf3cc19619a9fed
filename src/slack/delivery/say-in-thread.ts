import type { WebClient } from '@slack/web-api';
import type { Thread } from '../../threads/thread.js';
import type { SlackBudget } from '../connection/slack-budget.js';

export interface SayOptions {
  readonly client: WebClient;
  readonly budget: SlackBudget;
}

/** The type of the metadata that tells a plain sentence of the bot from the beginning of an answer. */
export const NOTICE = 'threadsmith_notice';

/** Posts a sentence that is no answer. @throws whatever Slack refuses it with. */
export async function sayInThread(
  { client, budget }: SayOptions,
  { channelId, threadTs }: Thread,
  text: string,
): Promise<void> {
  await budget.take('chat.postMessage', channelId);
  await client.chat.postMessage({
    channel: channelId,
    thread_ts: threadTs,
    text,
    metadata: { event_type: NOTICE, event_payload: {} },
    unfurl_links: false,
    unfurl_media: false,
  });
}
