import { isTimestamp } from '../intake/question.js';

/** The message that a link of Slack's ("Copy link") leads to, with its thread. */
export interface LinkedMessage {
  readonly channelId: string;
  readonly messageTs: string;
  readonly threadTs: string;
}

/** Undefined for anything that is no link to a message. Takes any text without throwing. */
export function linkedMessage(permalink: string): LinkedMessage | undefined {
  if (!URL.canParse(permalink)) return undefined;
  const { pathname, searchParams } = new URL(permalink);
  const [, channelId, seconds, fraction] =
    /^\/archives\/([A-Z0-9]+)\/p(\d{1,12})(\d{6})\/?$/.exec(pathname) ?? [];
  if (!channelId) return undefined;
  const messageTs = `${seconds}.${fraction}`;
  const threadTs = searchParams.get('thread_ts');
  return { channelId, messageTs, threadTs: isTimestamp(threadTs) ? threadTs : messageTs };
}
