/**
 * A Slack thread, the unit of everything: one thread is one LangSmith thread.
 *
 * `tenantId` is the installation through which the bot got the event (the enterprise for an org-wide install,
 * else the workspace): with it in every key two workspaces can never mix.
 */
export interface Thread {
  readonly tenantId: string;
  readonly channelId: string;
  /** `thread_ts` of a reply, the message's own `ts` when it starts a thread. */
  readonly threadTs: string;
}

/** One Slack message. (channel, ts) is unique within a tenant; an event id is not: a mention arrives under two. */
export interface MessageKey {
  readonly tenantId: string;
  readonly channelId: string;
  readonly messageTs: string;
}
