import { v5 as uuidv5 } from 'uuid';
import type { Thread } from './thread.js';

/** Fixed for ever: a change gives every Slack thread a new LangSmith thread. */
const NAMESPACE = '6f0d6f5e-3f0b-5c56-9f1b-0a5d7c1f2e84';

/** The LangSmith `session_id` of a Slack thread: a UUIDv5 that anybody can recompute from Slack's own ids. */
export function sessionIdFor({ tenantId, channelId, threadTs }: Thread): string {
  return uuidv5(`${tenantId}:${channelId}:${threadTs}`, NAMESPACE);
}
