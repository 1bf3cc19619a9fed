import type { DocumentDesk } from '../document-desk.js';
import type { FaultBoard } from '../fault-board.js';
import type { TraceRecorder } from '../recorded-run.js';
import type { WorkspaceChange } from '../slack/model.js';
import type { SlackCallLog } from '../slack-call-log.js';
import { buttonsOf } from '../view/buttons-of.js';
import { createWorkspaceView, type Mode, type ShownWorkspace } from '../view/workspace-view.js';
import { createEventStreams } from './event-streams.js';
import type { OpenModals } from './open-modals.js';

export interface PageFeedOptions {
  readonly workspace: ShownWorkspace;
  /** What LangSmith received. */
  readonly threads: TraceRecorder;
  readonly calls: SlackCallLog;
  readonly modals: OpenModals;
  readonly documents: Pick<DocumentDesk, 'view' | 'onChange'>;
  readonly faults: Pick<FaultBoard, 'state' | 'onChange'>;
  readonly modes: readonly Mode[];
  /** Questions that an empty channel offers. */
  readonly suggestions: () => readonly string[];
  /** The app's message shortcuts. */
  readonly shortcuts: readonly { readonly callbackId: string; readonly name: string }[];
  /** Where the traces are seen in LangSmith, once it is known. */
  readonly projectUrl: () => string | undefined;
  readonly userId: string;
}

export interface Click {
  readonly channelId: string;
  readonly messageTs: string;
  readonly actionId: string;
  readonly value: string;
}

/** Milliseconds: runs come in bursts, and each redraw of the traces reads them all. */
const TRACE_DELAY = 100;
const MAX_LIVE_THREADS = 10;

/** Tells the open pages of one person what there is and what changes. */
export function createPageFeed(options: PageFeedOptions) {
  const { workspace, threads, calls, modals, documents, faults, userId } = options;
  const streams = createEventStreams();
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
      case 'status_changed':
      case 'session_changed':
        streams.send('status', view.statusView(change.channelId, change.threadTs));
        break;
      case 'ephemeral_posted':
        if (change.message.userId === userId) streams.send('message', view.ephemeralView(change.message));
        break;
      case 'ephemeral_removed': {
        const { channelId, ts, userId: reader } = change.ephemeral;
        if (reader === userId) streams.send('removed', { channelId, ts });
        break;
      }
      case 'home_published':
        if (change.view.userId === userId) streams.send('home', view.home());
        break;
      case 'prompts_changed':
        streams.send('channels', view.channels());
        break;
    }
  }

  function sendTraces(): void {
    redraw = undefined;
    if (streams.count === 0) return;
    const projectUrl = options.projectUrl();
    for (const found of view.traces([...touched])) {
      const thread = { ...found, projectUrl };
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
    calls.onCall((call) => hasChannel(call.channelId) && streams.send('call', call)),
    modals.onChange((person) => person === userId && streams.send('modal', modals.top(userId) ?? null)),
    documents.onChange((documentsNow) => streams.send('documents', documentsNow)),
    faults.onChange(() => streams.send('faults', faults.state())),
  ];

  return {
    hasChannel,
    /** Answers with what there is, and goes on with what changes. */
    async open(response: Parameters<typeof streams.open>[0]): Promise<void> {
      const { modes, suggestions, shortcuts } = options;
      const documentsNow = await documents.view();
      streams.open(response, 'snapshot', {
        ...view.snapshot(),
        ...{ modes, suggestions: suggestions(), shortcuts },
        calls: calls.all().filter(({ channelId }) => hasChannel(channelId)),
        modal: modals.top(userId) ?? null,
        documents: documentsNow,
        faults: faults.state(),
        projectUrl: options.projectUrl(),
      });
    },
    hasButton({ channelId, messageTs, actionId, value }: Click): boolean {
      const message = workspace.message(channelId, messageTs) ?? ephemeral(messageTs);
      return buttonsOf(message?.blocks).some(
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
      streams.close();
    },
  };

  function ephemeral(ts: string) {
    return workspace.ephemerals.find((message) => message.ts === ts && message.userId === userId);
  }
}

export type PageFeed = ReturnType<typeof createPageFeed>;
