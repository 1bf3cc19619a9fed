import type { Message } from './model.js';
import type { Workspace } from './workspace.js';

/** Slack ends a stream by itself after about five minutes. */
const STREAM_LIFE_MS = 5 * 60_000;

/** Whether the app can still write to the stream; one that got too old is marked as broken off. */
export function streamIsOpen(workspace: Workspace, { channelId, ts, stream }: Message): boolean {
  if (stream?.state !== 'in_progress') return false;
  if (workspace.now() - stream.startedAt < STREAM_LIFE_MS) return true;
  workspace.update(channelId, ts, { stream: { ...stream, state: 'errored' } });
  return false;
}
