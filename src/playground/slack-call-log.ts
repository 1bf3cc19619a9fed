import type { SlackDouble } from './slack/slack-double.js';
import type { SlackCall } from './slack/web-api.js';
import type { Workspace } from './slack/workspace.js';
import { string } from './unknown-json.js';

/** A Web API call as the page lists it. */
export interface CallView {
  /** Counts up from 0. */
  readonly id: number;
  /** The thread that it was made for. */
  readonly channelId: string;
  readonly threadTs: string;
  readonly method: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds; absent while there is no answer. */
  readonly ms?: number | undefined;
  /** Slack's error code, or the HTTP status of an answer without one. */
  readonly error?: string | undefined;
  /** Made to go wrong on purpose. */
  readonly isFault: boolean;
}

export interface CallDetail extends CallView {
  readonly args: unknown;
  readonly answer: unknown;
}

export interface SlackCallLogOptions {
  readonly slack: Pick<SlackDouble, 'onCall'>;
  readonly workspace: Pick<Workspace, 'channels' | 'message' | 'messages'>;
  /** A clock for durations, in milliseconds. @default performance.now */
  readonly clock?: () => number;
}

/** How many calls are kept, the newest. */
const MAX_CALLS = 5_000;

/** The Web API calls that belong to a thread, from now on. */
export function createSlackCallLog({
  slack,
  workspace,
  clock = () => performance.now(),
}: SlackCallLogOptions) {
  const entries = new Map<SlackCall, { readonly id: number; readonly startedAt: number; view: CallView }>();
  const listeners = new Set<(view: CallView) => void>();
  let count = 0;

  const stop = slack.onCall((call) => {
    const known = entries.get(call);
    const place = known?.view ?? threadOf(call);
    if (!place) return;
    const id = known?.id ?? count++;
    const startedAt = known?.startedAt ?? clock();
    const view = viewOf(call, place, id, call.response && clock() - startedAt);
    entries.set(call, { id, startedAt, view });
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_CALLS) break;
      entries.delete(oldest);
    }
    for (const listener of listeners) listener(view);
  });

  function threadOf({ args }: SlackCall): { channelId: string; threadTs: string } | undefined {
    const channelId = string(args.channel) || string(args.channel_id);
    const ts = string(args.thread_ts) || string(args.ts) || string(args.timestamp);
    if (channelId && ts) return { channelId, threadTs: workspace.message(channelId, ts)?.threadTs ?? ts };
    const file = string(args.file);
    return file ? threadWithFile(file) : undefined;
  }

  function threadWithFile(fileId: string): { channelId: string; threadTs: string } | undefined {
    for (const id of workspace.channels.keys()) {
      const message = workspace
        .messages(id)
        .findLast(({ files }) => files?.some((file) => file.id === fileId));
      if (message) return { channelId: id, threadTs: message.threadTs ?? message.ts };
    }
    return undefined;
  }

  return {
    all: (): CallView[] => [...entries.values()].map(({ view }) => view),
    detail(id: number): CallDetail | undefined {
      for (const [{ args, response }, entry] of entries)
        if (entry.id === id) return { ...entry.view, args, answer: response?.body };
      return undefined;
    },
    /** Called when a call arrives, and again when it was answered. */
    onCall(listener: (view: CallView) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: stop,
  };
}

export type SlackCallLog = ReturnType<typeof createSlackCallLog>;

function viewOf(
  { method, at, fault, response }: SlackCall,
  { channelId, threadTs }: { readonly channelId: string; readonly threadTs: string },
  id: number,
  ms: number | undefined,
): CallView {
  const refused = response?.body.ok === true || response === undefined ? undefined : response;
  const error = refused && (string(refused.body.error) || `HTTP ${refused.status}`);
  return { id, channelId, threadTs, method, at, ms, error, isFault: fault !== undefined };
}
