import type { Log } from '../../logger.js';
import type { SlackReach } from '../connection/slack-reach.js';
import type { FindChannel } from './find-channel.js';
import type { FindMember } from './find-member.js';

export interface AccessRules {
  /** Only these channels; direct messages stay allowed. Absent: everywhere. */
  readonly channels?: readonly string[] | undefined;
  /** Only these people. Absent: everybody. */
  readonly users?: readonly string[] | undefined;
  /** Whether guests, people of other organisations and shared channels are answered. */
  readonly external: boolean;
}

/** Who asks, where. */
export interface Asker {
  readonly channelId: string;
  readonly userId?: string | undefined;
  /** Whether people of another organisation read the answer. Undefined where nothing said so: Slack is asked. */
  readonly isSharedChannel?: boolean | undefined;
}

/** The sentence to refuse with, or undefined when the question may be answered. Never rejects. */
export type WhoMayAsk = (asker: Asker) => Promise<string | undefined>;

export interface WhoMayAskOptions {
  readonly findMember: FindMember;
  readonly findChannel: FindChannel;
  /** Waits out an outage of Slack: nobody is refused on account of one. */
  readonly reach: Pick<SlackReach, 'read'>;
  readonly rules: AccessRules;
  readonly log: Log;
}

const NOT_HERE = 'I am not set up to answer in this channel. An admin of mine can allow it.';
const NOT_YOU = 'I am not set up to answer you. An admin of mine can allow it.';
const NOT_EXTERNAL =
  'I answer from internal documents, so only to members of this workspace, and not in channels that are shared with others. An admin of mine can allow it.';
const NOT_KNOWN = 'I could not check who is asking, so I cannot answer now. Please ask again in a minute.';

/**
 * The admins' rules. What cannot be found out about an asker counts as against them: the answers quote internal documents.
 * The workspace to which somebody belongs is Slack's word alone: an event's `team` differs in shared channels and within an
 * organisation of several workspaces.
 */
export function createWhoMayAsk({ findMember, findChannel, reach, rules, log }: WhoMayAskOptions): WhoMayAsk {
  const { channels, users, external } = rules;

  async function isShared(channelId: string): Promise<boolean> {
    const channel = await reach.read(() => findChannel(channelId));
    if (!channel) throw new Error(`Slack must show the channel ${channelId} to the bot, got none`);
    return channel.isShared;
  }

  return async ({ channelId, userId, isSharedChannel }) => {
    const isDirect = channelId.startsWith('D');
    if (channels && !isDirect && !channels.includes(channelId)) return NOT_HERE;
    if (users && (userId === undefined || !users.includes(userId))) return NOT_YOU;
    if (external) return undefined;
    if (isSharedChannel || userId === undefined) return NOT_EXTERNAL;
    try {
      if (!(await reach.read(() => findMember(userId))).isFull) return NOT_EXTERNAL;
      if (isSharedChannel === undefined && !isDirect && (await isShared(channelId))) return NOT_EXTERNAL;
      return undefined;
    } catch (error) {
      log.warn(
        { err: error },
        'nobody can be told from a guest, so nobody is answered: does the app have the scopes users:read and channels:read? ALLOW_EXTERNAL=true does without',
      );
      return NOT_KNOWN;
    }
  };
}
