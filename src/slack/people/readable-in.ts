import type { FindChannel } from './find-channel.js';

/** Whether whoever reads one channel may read what was said in another. */
export type ReadableIn = (otherChannelId: string | undefined) => Promise<boolean>;

/**
 * In a channel of the workspace its public channels may be quoted; in one that is shared with another organisation nothing
 * but itself. What Slack does not show to the bot, or does not tell, may not. Asks Slack once for each channel.
 */
export function readableIn(channelId: string, findChannel: FindChannel): ReadableIn {
  const found = new Map<string, ReturnType<FindChannel>>();
  const find = (id: string) => {
    const finding = found.get(id) ?? findChannel(id).catch(() => undefined);
    found.set(id, finding);
    return finding;
  };
  return async (other) => {
    if (other === channelId) return true;
    if (other === undefined || (await find(channelId))?.isShared !== false) return false;
    return (await find(other))?.kind === 'public';
  };
}
