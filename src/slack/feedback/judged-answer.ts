import { privateThread } from '../../threads/private-thread.js';
import { sessionIdFor } from '../../threads/session-id.js';
import type { Installation } from '../connection/installation.js';
import { tenantIn } from '../connection/tenant-in.js';
import { parseFeedback } from '../delivery/blocks.js';
import { record, string } from '../unknown-json.js';
import type { JudgedAnswer } from './reason-modal.js';

/** A click on a feedback button: its run is in its value, so it lands right on whatever replica, after however long. */
export interface ClickedVote {
  readonly judged: JudgedAnswer;
  readonly score: 0 | 1;
  readonly userId: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
}

/** The vote in a click's payload, or undefined when there is none. Takes anything without throwing. */
export function clickedVote(
  given: unknown,
  action: unknown,
  installation: Installation,
): ClickedVote | undefined {
  const vote = parseFeedback(string(record(action).value));
  if (!vote) return undefined;
  const body = record(given);
  const container = record(body.container);
  const tenantId = tenantIn(body, installation);
  const channelId = string(container.channel_id) || string(record(body.channel).id);
  const userId = string(record(body.user).id);
  const threadTs = string(container.thread_ts) || undefined;
  // What one person alone sees belongs to their own thread with the bot.
  const isPrivate = container.is_ephemeral === true;
  const thread = isPrivate
    ? privateThread({ tenantId, channelId, userId })
    : threadTs && { tenantId, channelId, threadTs };
  return {
    judged: {
      runId: vote.runId,
      tenantId,
      channelId,
      sessionId: thread ? sessionIdFor(thread) : undefined,
      threadTs,
      isPrivate,
      responseUrl: string(body.response_url),
    },
    score: vote.score,
    userId,
    triggerId: string(body.trigger_id),
  };
}
