import type { Installation } from '../connection/installation.js';

/**
 * Where a message is seen in Slack, as `chat.getPermalink` would say it. Undefined where the workspace's address is not known.
 * https://docs.slack.dev/reference/methods/chat.getPermalink
 */
export function permalinkOf(
  { workspaceUrl }: Pick<Installation, 'workspaceUrl'>,
  channelId: string,
  messageTs: string,
  threadTs: string = messageTs,
): string | undefined {
  if (workspaceUrl === undefined) return undefined;
  const url = new URL(`archives/${channelId}/p${messageTs.replace('.', '')}`, workspaceUrl);
  if (threadTs !== messageTs) {
    url.searchParams.set('thread_ts', threadTs);
    url.searchParams.set('cid', channelId);
  }
  return url.href;
}
