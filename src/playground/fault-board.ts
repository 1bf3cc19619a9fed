import type { LangSmithRecorder } from './langsmith/recorder.js';
import { createLostTraces, type LostTracesOptions } from './lost-traces.js';
import type { Condition, Relay } from './relay.js';
import type { SlackDouble } from './slack/slack-double.js';

export const FAULT_PARTS = ['slack', 'claude', 'embeddings', 'langsmith'] as const;
export type FaultPart = (typeof FAULT_PARTS)[number];
export const CONDITIONS: readonly [Condition, ...Condition[]] = ['well', 'slow', 'limited', 'broken', 'down'];

export interface FaultView {
  readonly part: FaultPart;
  readonly label: string;
  readonly condition: Condition;
  /** All that it can be in. */
  readonly conditions: readonly Condition[];
  /** What there is to see while it is on; why there is nothing to break, where there is not. */
  readonly note: string;
  /** Whether there is something to break. */
  readonly inUse: boolean;
  /** The run ids of answers whose traces LangSmith did not take. */
  readonly lostRuns: readonly string[];
}

export interface FaultBoardOptions {
  readonly slack: Pick<SlackDouble, 'fail' | 'clearFaults'>;
  readonly recorder: Pick<LangSmithRecorder, 'fail' | 'recover'>;
  /** What stands between the program and the services that it uses; without one there is no key. */
  readonly relays?: { readonly [Part in Exclude<FaultPart, 'slack'>]?: Relay | undefined };
  /** What was answered, and what of it LangSmith has. */
  readonly answered?: Pick<LostTracesOptions, 'workspace' | 'traces'>;
}

const LABELS: Readonly<Record<FaultPart, string>> = {
  slack: 'Slack',
  claude: 'Claude',
  embeddings: 'Embeddings',
  langsmith: 'LangSmith',
};

const NOTES: Readonly<Record<FaultPart, Readonly<Record<Condition, string>>>> = {
  slack: {
    well: 'Slack’s Web API answers.',
    slow: 'Every call takes 2 seconds: the answer still comes, in fewer and larger steps.',
    limited: 'Streams are refused with HTTP 429: the answer comes as one message.',
    broken: 'Every second call of each method fails with HTTP 500: the answer comes all the same, and once.',
    down: 'No call gets through. A question is on disk: its answer comes a few seconds after Slack is back.',
  },
  claude: {
    well: 'Claude answers.',
    slow: 'The first word takes 4 seconds more: the status says what is being waited for.',
    limited: 'HTTP 429 each time: passages are quoted in Claude’s place, and say so.',
    broken: 'The stream breaks off after a few words: what came stays, marked as interrupted.',
    down: 'No connection: passages are quoted in Claude’s place, and say so.',
  },
  embeddings: {
    well: 'Questions are embedded.',
    slow: 'An embedding takes 4 seconds more: the search goes on by keywords.',
    limited: 'HTTP 429 each time: the search goes on by keywords.',
    broken: 'HTTP 500 each time: the search goes on by keywords.',
    down: 'No connection: the search goes on by keywords.',
  },
  langsmith: {
    well: 'Traces arrive.',
    slow: 'Every request takes seconds: answers do not wait for it.',
    limited: 'HTTP 429 each time: runs are dropped and counted, answers are as fast as ever.',
    broken: 'HTTP 500 each time: runs are dropped and counted, answers are as fast as ever.',
    down: 'No connection: runs are dropped and counted, answers are as fast as ever.',
  },
};

const WITHOUT_KEY: Readonly<Partial<Record<FaultPart, string>>> = {
  claude:
    'Not in use: without ANTHROPIC_API_KEY answers are quoted passages, and there is no service to break.',
  embeddings:
    'Not in use: without OPENAI_API_KEY the search is by keywords, and there is no service to break.',
};

/** Calls that begin, grow or end a stream. */
const STREAM_METHODS = ['chat.startStream', 'chat.appendStream', 'chat.stopStream'];
const SLACK_SLOW_MS = 2_000;
const LANGSMITH_SLOW_MS = 3_000;
const RETRY_AFTER_S = 5;

/** In these LangSmith takes nothing. */
const REFUSING: ReadonlySet<Condition | undefined> = new Set(['limited', 'broken', 'down']);
/** Milliseconds for which the program leaves LangSmith alone after failures: short, so that what is healed looks healed. */
export const TRACES_PAUSE_MS = 1_000;

/** Lets the services that the program depends on go wrong, each on its own. */
export function createFaultBoard({ slack, recorder, relays = {}, answered }: FaultBoardOptions) {
  const conditions = new Map<FaultPart, Condition>();
  const listeners = new Set<() => void>();
  let refusedUntil = 0;
  const lost =
    answered &&
    createLostTraces({
      ...answered,
      isLosing: (answerTs) =>
        REFUSING.has(conditions.get('langsmith')) || Number(answerTs) * 1_000 < refusedUntil,
    });

  function set(part: FaultPart, condition: Condition): void {
    if (!inUse(part)) throw new RangeError(WITHOUT_KEY[part]);
    if (part === 'langsmith' && REFUSING.has(conditions.get(part)))
      refusedUntil = Date.now() + TRACES_PAUSE_MS;
    conditions.set(part, condition);
    if (part === 'slack') breakSlack(condition);
    else if (relays[part]) relays[part].condition = condition;
    else breakRecorder(condition);
    for (const listener of listeners) listener();
  }

  const inUse = (part: FaultPart) => part === 'slack' || part === 'langsmith' || relays[part] !== undefined;

  function breakSlack(condition: Condition): void {
    slack.clearFaults();
    const calls = new Map<string, number>();
    const isOdd = (method: string) => {
      const call = (calls.get(method) ?? 0) + 1;
      calls.set(method, call);
      return call % 2 === 1;
    };
    if (condition === 'slow') slack.fail('*', { delayMs: SLACK_SLOW_MS });
    if (condition === 'limited')
      for (const method of STREAM_METHODS) slack.fail(method, { rateLimited: RETRY_AFTER_S });
    if (condition === 'broken') slack.fail('*', { status: 500 }, { match: (_, method) => isOdd(method) });
    if (condition === 'down') slack.fail('*', { reset: 'before' });
  }

  function breakRecorder(condition: Condition): void {
    recorder.recover();
    if (condition === 'slow') recorder.fail({ delayMs: LANGSMITH_SLOW_MS });
    if (condition === 'limited') recorder.fail({ status: 429 });
    if (condition === 'broken') recorder.fail({ status: 500 });
    if (condition === 'down') recorder.fail({ reset: true });
  }

  return {
    /** @throws RangeError for a part that is not in use. */
    set,
    heal(): void {
      for (const [part, condition] of conditions) if (condition !== 'well') set(part, 'well');
    },
    state: (): FaultView[] =>
      FAULT_PARTS.map((part) => {
        const condition = conditions.get(part) ?? 'well';
        const lostRuns = part === 'langsmith' ? (lost?.all() ?? []) : [];
        const note = inUse(part) ? NOTES[part][condition] + countOf(lostRuns) : (WITHOUT_KEY[part] ?? '');
        return {
          ...{ part, label: LABELS[part], condition, conditions: CONDITIONS },
          ...{ note, inUse: inUse(part), lostRuns },
        };
      }),
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      const stop = lost?.onChange(listener);
      return () => {
        listeners.delete(listener);
        stop?.();
      };
    },
    close: () => lost?.close(),
  };
}

function countOf({ length }: readonly string[]): string {
  if (length === 0) return '';
  return length === 1 ? ' One trace is lost so far.' : ` ${length} traces are lost so far.`;
}

export type FaultBoard = ReturnType<typeof createFaultBoard>;
