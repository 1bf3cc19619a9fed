import type { WebClient } from '@slack/web-api';
import { ExpectedError } from '../../errors.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import { NOTICE } from '../delivery/say-in-thread.js';
import { SafeMarkdown } from '../firewall/safe-markdown.js';

export interface PostReportOptions {
  readonly client: WebClient;
  readonly channelId: string;
  readonly markdown: string;
  /** The only addresses that may be links in it. */
  readonly links: readonly string[];
}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  channel_not_found: 'give the id of a channel that exists, and invite the bot to it',
  is_archived: 'give a channel that is not archived',
  not_in_channel: 'invite the bot to it with /invite',
};

/**
 * Posts a report that quotes what people wrote: it pages nobody and links to nothing but `links`.
 *
 * @throws ExpectedError where the channel is not one that the bot can write in.
 */
export async function postReport(options: PostReportOptions): Promise<void> {
  const { client, channelId: channel, markdown, links } = options;
  const safe = new SafeMarkdown();
  safe.links.add(links.map((url) => ({ url, title: '', text: '' })));
  const text = safe.write(markdown) + safe.end();
  try {
    await client.chat.postMessage({
      channel,
      markdown_text: text,
      metadata: { event_type: NOTICE, event_payload: {} },
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    const remedy = WHAT_TO_DO[slackErrorCode(error) ?? ''];
    if (!remedy) throw error;
    throw new ExpectedError(
      `The bot must be able to write in ${channel}, got ${slackErrorCode(error)} from Slack: ${remedy}.`,
      { cause: error },
    );
  }
}
