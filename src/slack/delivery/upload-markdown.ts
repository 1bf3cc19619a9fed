import type { WebClient } from '@slack/web-api';
import type { SlackBudget } from '../connection/slack-budget.js';
import { mayHaveHappened } from '../connection/slack-errors.js';
import type { OwnMessages } from './own-messages.js';

export interface Upload {
  readonly client: WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly budget: SlackBudget;
  readonly own: OwnMessages;
  readonly channel: string;
  readonly threadTs: string;
  readonly filename: string;
  readonly text: string;
  /** Stands above the file. */
  readonly comment: string;
}

/**
 * Puts text into a thread as a Markdown file, once. Rejects when it did not get there.
 * https://docs.slack.dev/messaging/working-with-files#upload
 */
export async function uploadMarkdown(upload: Upload): Promise<void> {
  const { client, fetch, budget, filename, text } = upload;
  await budget.take('files.getUploadURLExternal');
  const length = Buffer.byteLength(text);
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({ filename, length });
  if (!url || !id)
    throw new Error('files.getUploadURLExternal must answer upload_url and file_id, got neither');
  const { ok, status } = await fetch(url, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
  if (!ok) throw new Error(`Slack must take the file with 200, got ${status}`);
  await share(upload, id);
}

async function share(
  { client, budget, own, channel, threadTs, filename, comment }: Upload,
  id: string,
): Promise<void> {
  const complete = async () => {
    await budget.take('files.completeUploadExternal');
    await client.files.completeUploadExternal({
      files: [{ id, title: filename }],
      channel_id: channel,
      thread_ts: threadTs,
      initial_comment: comment,
    });
  };
  try {
    await complete();
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const shown = (await own.read())?.some(({ fileIds }) => fileIds.includes(id));
    if (!shown) await complete();
  }
}
