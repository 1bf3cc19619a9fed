import type { TraceRecorder } from './recorded-run.js';
import { runIdOf } from './run-id-of.js';
import type { Message } from './slack/model.js';
import type { Workspace } from './slack/workspace.js';

export interface LostTracesOptions {
  readonly workspace: Pick<Workspace, 'teamId' | 'botUserId' | 'thread' | 'onChange'>;
  readonly traces: Pick<TraceRecorder, 'runsOf' | 'onChange'>;
  /** Whether what is sent to LangSmith about an answer from then on is lost: Slack's timestamp of its message. */
  readonly isLosing: (answerTs: string) => boolean;
}

/** The traces of answers that LangSmith did not take: those that ended in an outage, until they are there after all. */
export function createLostTraces({ workspace, traces, isLosing }: LostTracesOptions) {
  const lost = new Set<string>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const isReceived = (runId: string) => traces.runsOf(runId).length > 0;

  function look(message: Message): void {
    if (message.userId !== workspace.botUserId || message.stream?.state === 'in_progress') return;
    // What has no blocks is a sentence of the bot's, and no answer.
    const runId = message.blocks?.length ? runIdOf(workspace, message) : undefined;
    if (runId === undefined || lost.has(runId) || !isLosing(message.ts) || isReceived(runId)) return;
    lost.add(runId);
    changed();
  }

  const stopWatching = [
    workspace.onChange((change) => {
      if (change.type === 'message_added' || change.type === 'message_updated') look(change.message);
    }),
    traces.onChange(() => {
      const arrived = [...lost].filter(isReceived);
      for (const runId of arrived) lost.delete(runId);
      if (arrived.length > 0) changed();
    }),
  ];

  return {
    /** Their run ids. */
    all: (): readonly string[] => [...lost],
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close(): void {
      for (const stop of stopWatching) stop();
    },
  };
}

export type LostTraces = ReturnType<typeof createLostTraces>;
