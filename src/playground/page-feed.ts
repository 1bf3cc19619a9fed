import { buttonsOf } from './buttons-of.js';
import type { createEventStreams } from './event-streams.js';
import type { TraceRecorder } from './recorded-run.js';
import type { WorkspaceChange } from './slack/model.js';
import { createWorkspaceView, type Mode, type ShownWorkspace } from './workspace-view.js';

export interface PageFeedOptions {
  readonly workspace: ShownWorkspace;
  /** What LangSmith received. */
  readonly threads: TraceRecorder;
  readonly modes: readonly Mode[];
  /** Questions that an empty channel offers. */
  readonly suggestions?: readonly string[];
  readonly userId: string;
  readonly streams: ReturnType<typeof createEventStreams>;
}

interface Click {
  readonly channelId: string;
  readonly messageTs: string;
  readonly actionId: string;
  readonly value: string;
}

/** Milliseconds: runs come in bursts, and each redraw of the traces reads them all. */
const TRACE_DELAY = 100;
const MAX_LIVE_THREADS = 10;

/** Tells the open pages what there is and what changes. */
export function createPageFeed({
  workspace,
  threads,
  modes,
  suggestions = [],
  userId,
  streams,
}: PageFeedOptions) {
  const clicks = new Map<string, string>();
  const keyOf = (channelId: string, ts: string, actionId: string) => `${channelId}:${ts}:${actionId}`;
  const view = createWorkspaceView({
    workspace,
    recorder: threads,
    userId,
    clicked: ({ channelId, ts }, actionId) => clicks.get(keyOf(channelId, ts, actionId)),
  });
  const shownTraces = new Map<string, string>();
  /** Threads, the latest touched last: only these can get new runs, and reading all would cost more with every thread. */
  const touched = new Set<string>();
  let redraw: NodeJS.Timeout | undefined;

  function touch(channelId: string, threadTs: string): void {
    const thread = `${channelId}/${threadTs}`;
    touched.delete(thread);
    touched.add(thread);
    for (const oldest of touched) if (touched.size > MAX_LIVE_THREADS) touched.delete(oldest);
  }

  function onWorkspaceChange(change: WorkspaceChange): void {
    if ('message' in change) touch(change.message.channelId, change.message.threadTs ?? change.message.ts);
    switch (change.type) {
      case 'message_added':
      case 'message_updated':
        if (hasChannel(change.message.channelId)) streams.send('message', view.messageView(change.message));
        break;
      case 'message_deleted':
        streams.send('removed', { channelId: change.message.channelId, ts: change.message.ts });
        break;
      case 'status_changed': {
        const { channelId, threadTs, status } = change;
        streams.send('status', { channelId, threadTs, status: status?.status });
        break;
      }
      case 'ephemeral_posted':
        if (change.message.userId === userId) streams.send('message', view.ephemeralView(change.message));
        break;
      // What this page does not show.
      case 'session_changed':
      case 'prompts_changed':
      case 'view_opened':
    }
  }

  function sendTraces(): void {
    redraw = undefined;
    for (const thread of view.traces([...touched])) {
      const now = JSON.stringify(thread);
      if (shownTraces.get(thread.sessionId) === now) continue;
      shownTraces.set(thread.sessionId, now);
      streams.send('traces', thread);
    }
  }

  function hasChannel(channelId: string): boolean {
    return workspace.channels.get(channelId)?.members.has(userId) === true;
  }

  const stopWatching = [
    workspace.onChange(onWorkspaceChange),
    threads.onChange(() => {
      redraw ??= setTimeout(sendTraces, TRACE_DELAY);
    }),
  ];

  return {
    hasChannel,
    snapshot: () => ({ ...view.snapshot(), modes, suggestions }),
    hasButton({ channelId, messageTs, actionId, value }: Click): boolean {
      return buttonsOf(workspace.message(channelId, messageTs)?.blocks).some(
        (button) => button.actionId === actionId && button.value === value,
      );
    },
    /** Remembers a vote, so that every page shows it. */
    clicked({ channelId, messageTs, actionId, value }: Click): void {
      clicks.set(keyOf(channelId, messageTs, actionId), value);
      const message = workspace.message(channelId, messageTs);
      if (message) touch(channelId, message.threadTs ?? message.ts);
      if (message) streams.send('message', view.messageView(message));
    },
    close(): void {
      clearTimeout(redraw);
      for (const stop of stopWatching) stop();
    },
  };
}
