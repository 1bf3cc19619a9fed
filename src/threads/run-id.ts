import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import type { MessageKey } from './thread.js';

/** Fixed for ever: feedback on an old answer finds its run by recomputing the id. */
const NAMESPACE = 'b1c9f2a4-5d0e-5b7a-8c3d-2e6f4a9b7d10';

/**
 * The LangSmith run (= trace) id of the answer to one message.
 *
 * A UUIDv7, as LangSmith's docs want, whose time is the message's and whose random bits are a hash of the key: the same
 * message gives the same id in every process. An edited question or a resumed answer raises `revision`, because a trace
 * id is never used twice.
 *
 * @throws RangeError when `messageTs` is not a Slack timestamp ("1700000000.123456").
 */
export function runIdFor({ tenantId, channelId, messageTs }: MessageKey, revision = 0): string {
  const [, seconds, fraction] = /^(\d{1,12})\.(\d+)$/.exec(messageTs) ?? [];
  if (seconds === undefined || fraction === undefined) {
    throw new RangeError(`messageTs must look like "1700000000.123456", got "${messageTs}"`);
  }
  const msecs = Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  const hash = uuidv5(`${tenantId}:${channelId}:${messageTs}:${revision}`, NAMESPACE, new Uint8Array(16));
  const seq = new DataView(hash.buffer).getUint32(0);
  return uuidv7({ msecs, seq, random: hash });
}
