/** What a link to a message names. */
export interface LinkedMessage {
  readonly channelId: string;
  readonly messageTs: string;
  /** The message's own where it is no reply. */
  readonly threadTs: string;
  /** Of the workspace: acme.slack.com */
  readonly host: string;
}

/** A link as Slack copies it: https://acme.slack.com/archives/C0123/p1700000000123456?thread_ts=1700000000.000100&cid=C0123 */
export function linkedMessage(link: string): LinkedMessage | undefined {
  if (!URL.canParse(link)) return undefined;
  const { pathname, searchParams, host } = new URL(link);
  const [, channelId, seconds, micros] =
    /^\/archives\/([CDG][A-Z0-9]+)\/p(\d{10})(\d{6})\/?$/.exec(pathname) ?? [];
  if (channelId === undefined) return undefined;
  const messageTs = `${seconds}.${micros}`;
  const threadTs = searchParams.get('thread_ts') ?? messageTs;
  return /^\d+\.\d+$/.test(threadTs) ? { channelId, messageTs, threadTs, host } : undefined;
}
