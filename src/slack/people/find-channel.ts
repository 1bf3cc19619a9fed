import type { WebClient } from '@slack/web-api';
import type { ConversationKind } from '../../rag/answer-request.js';
import { patiently } from '../connection/patiently.js';
import { slackErrorCode } from '../connection/slack-errors.js';

/** A channel as the bot sees it. */
export interface FoundChannel {
  /** With another organisation, or an invitation of one is pending. */
  readonly isShared: boolean;
  readonly hasBot: boolean;
  readonly kind: ConversationKind;
}

/** Undefined when Slack does not show the channel to the bot: it is private, and the bot is not in it. */
export type FindChannel = (channelId: string) => Promise<FoundChannel | undefined>;

const MAX_WAIT_MS = 5_000;

/** Asks Slack each time: needed only where no event says it. Rejects with whatever conversations.info does. */
export function createFindChannel(client: WebClient): FindChannel {
  return async (channelId) => {
    try {
      const info = () => client.conversations.info({ channel: channelId });
      const { channel } = await patiently(info, MAX_WAIT_MS);
      if (!channel) return undefined;
      const isShared = channel.is_ext_shared || channel.is_pending_ext_shared;
      const kind = channel.is_im || channel.is_mpim ? 'direct' : channel.is_private ? 'private' : 'public';
      return { isShared: isShared === true, hasBot: channel.is_member !== false, kind };
    } catch (error) {
      if (slackErrorCode(error) === 'channel_not_found') return undefined;
      throw error;
    }
  };
}
