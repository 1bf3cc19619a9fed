import type { Message } from './model.js';

interface ChannelMessages {
  readonly byTs: Map<string, Message>;
  /** Every ts, ascending: a message with a given ts may come late. */
  readonly order: string[];
  readonly repliesOf: Map<string, string[]>;
}

export interface MessageStore {
  /** A ts that no message of the workspace has: Slack's are unique and ascending. */
  nextTs(): string;
  /** @throws RangeError when the ts is malformed or taken. */
  insert(message: Message): void;
  replace(message: Message): void;
  remove(message: Message): void;
  find(channelId: string, ts: string): Message | undefined;
  /** Oldest first, replies included. */
  list(channelId: string): Message[];
  /** Oldest first, without the root. */
  replies(channelId: string, rootTs: string): Message[];
}

/** The messages of one workspace, by channel. */
export function createMessageStore(now: () => number): MessageStore {
  const channels = new Map<string, ChannelMessages>();
  let lastMicros = 0;

  function messagesOf(channelId: string): ChannelMessages {
    const known = channels.get(channelId);
    if (known) return known;
    const empty: ChannelMessages = { byTs: new Map(), order: [], repliesOf: new Map() };
    channels.set(channelId, empty);
    return empty;
  }

  function pick({ byTs }: ChannelMessages, timestamps: readonly string[] = []): Message[] {
    return timestamps.flatMap((ts) => byTs.get(ts) ?? []);
  }

  return {
    nextTs() {
      lastMicros = Math.max(Math.floor(now() * 1000), lastMicros + 100);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    insert(message) {
      const { channelId, ts, threadTs } = message;
      if (!/^\d{10}\.\d{6}$/.test(ts))
        throw new RangeError(`ts must look like "1700000000.000100", got "${ts}"`);
      const messages = messagesOf(channelId);
      if (messages.byTs.has(ts))
        throw new RangeError(`${channelId} already has a message ${ts}: give it another ts`);
      messages.byTs.set(ts, message);
      insertSorted(messages.order, ts);
      if (threadTs !== undefined) {
        const replies = messages.repliesOf.get(threadTs) ?? [];
        insertSorted(replies, ts);
        messages.repliesOf.set(threadTs, replies);
      }
      lastMicros = Math.max(lastMicros, Math.round(Number(ts) * 1e6));
    },
    replace(message) {
      messagesOf(message.channelId).byTs.set(message.ts, message);
    },
    remove({ channelId, ts, threadTs }) {
      const messages = messagesOf(channelId);
      messages.byTs.delete(ts);
      messages.order.splice(messages.order.indexOf(ts), 1);
      const replies = threadTs === undefined ? undefined : messages.repliesOf.get(threadTs);
      replies?.splice(replies.indexOf(ts), 1);
    },
    find: (channelId, ts) => channels.get(channelId)?.byTs.get(ts),
    list(channelId) {
      const messages = messagesOf(channelId);
      return pick(messages, messages.order);
    },
    replies(channelId, rootTs) {
      const messages = messagesOf(channelId);
      return pick(messages, messages.repliesOf.get(rootTs));
    },
  };
}

function insertSorted(sorted: string[], ts: string): void {
  const last = sorted.at(-1);
  if (last === undefined || last < ts) sorted.push(ts);
  else
    sorted.splice(
      sorted.findIndex((other) => other > ts),
      0,
      ts,
    );
}
