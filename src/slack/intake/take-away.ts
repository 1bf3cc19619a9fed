import type { WebClient } from '@slack/web-api';
import { slackErrorCode } from '../connection/slack-errors.js';

/** Deletes a message of the bot. An open stream cannot be deleted, a closed one not be closed again; and somebody may have deleted it. */
export async function takeAway(client: WebClient, channel: string, ts: string): Promise<void> {
  await client.chat.stopStream({ channel, ts, markdown_text: '…' }).catch(() => undefined);
  await client.chat.delete({ channel, ts }).catch((error: unknown) => {
    if (slackErrorCode(error) !== 'message_not_found') throw error;
  });
}
