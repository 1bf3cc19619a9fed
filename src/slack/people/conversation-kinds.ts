import type { Log } from '../../logger.js';
import type { ConversationKind } from '../../rag/answer-request.js';
import { within } from '../within.js';
import type { FindChannel } from './find-channel.js';

/** Where somebody asks. */
export interface Conversation {
  readonly channelId: string;
  /** Slack's `channel_type`; a mention's event has none. */
  readonly channelType?: string | undefined;
}

/** What a conversation is, or everything that it may be. Never rejects. */
export type ConversationKinds = (conversation: Conversation) => Promise<readonly ConversationKind[]>;

export interface ConversationKindsOptions {
  readonly findChannel: FindChannel;
  /** Whether it makes a difference what a conversation is. Where it does not, Slack is not asked. */
  readonly matters: boolean;
  readonly log: Log;
  readonly now?: () => number;
}

/** A channel may be closed to others at any time; events then say so. */
const KEPT_MS = 15 * 60_000;
/** About 100 bytes each. */
const MOST_KEPT = 10_000;
/** Beside the reading of the thread. */
const PATIENCE_MS = 2_000;

const ALL: readonly ConversationKind[] = ['public', 'private', 'direct'];
const KINDS: Readonly<Record<string, readonly ConversationKind[]>> = {
  channel: ['public'],
  group: ['private'],
  im: ['direct'],
  mpim: ['direct'],
};

/** Tells public channels from private ones and from direct messages: by the event, by what was seen before, or by asking Slack. */
export function createConversationKinds(options: ConversationKindsOptions): ConversationKinds {
  const { findChannel, matters, log, now = Date.now } = options;
  const known = new Map<string, { readonly kinds: readonly ConversationKind[]; readonly until: number }>();

  function remember(channelId: string, kinds: readonly ConversationKind[]): readonly ConversationKind[] {
    known.delete(channelId);
    known.set(channelId, { kinds, until: now() + KEPT_MS });
    const [oldest] = known.keys();
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return kinds;
  }

  async function ask(channelId: string): Promise<readonly ConversationKind[]> {
    try {
      const found = findChannel(channelId).then((channel) => channel?.kind ?? 'not shown');
      const kind = await within(found, PATIENCE_MS);
      if (kind === undefined) return ALL;
      // What Slack does not show to the bot is open to few.
      return kind === 'not shown' ? ['private', 'direct'] : remember(channelId, [kind]);
    } catch (error) {
      log.warn(
        { err: error, channelId },
        'the kind of a channel is not known: the strictest TRACE_CONTENT holds',
      );
      return ALL;
    }
  }

  return async ({ channelId, channelType = '' }) => {
    if (channelId.startsWith('D')) return ['direct'];
    const told = KINDS[channelType];
    if (told) return matters ? remember(channelId, told) : told;
    if (!matters) return ALL;
    const found = known.get(channelId);
    return found && found.until > now() ? found.kinds : ask(channelId);
  };
}
