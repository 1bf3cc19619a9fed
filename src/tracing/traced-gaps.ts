import type { Client } from 'langsmith';
import { z } from 'zod';
import { createProjectId } from './project-id.js';
import { lastMessageOf, parsedJson } from './turn-text.js';

/** A document that a search found, as its trace has it. */
export interface TracedDocument {
  readonly title: string;
  readonly url: string | undefined;
}

/** A question that the documents did not answer, or whose answer was voted down. */
export interface TracedGap {
  readonly runId: string;
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  /** In the asker's words; of a follow-up as it was rewritten to be searched for. Empty where traces hold no text. */
  readonly question: string;
  /** Slack's address of the message. Absent: it has none, as in a private answer. */
  readonly permalink: string | undefined;
  readonly channelId: string | undefined;
  /** An id, or the name that stands for one. */
  readonly user: string | undefined;
  readonly notFound: boolean;
  readonly downvotes: number;
  /** What was chosen as the reason of a vote, "outdated" for instance, as often as it was. */
  readonly reasons: readonly string[];
  /** What people wrote that the answer should have been. */
  readonly corrections: readonly string[];
  /** What the search found, best first, each document once. */
  readonly nearest: readonly TracedDocument[];
}

export interface TracedGapsOptions {
  readonly client: Client;
  readonly projectName: string;
  /** Whether a project that is not there is made, as the bot's own is; otherwise it is an ExpectedError. @default true */
  readonly makes?: boolean;
}

/** https://docs.langchain.com/langsmith/trace-query-syntax */
const UNANSWERED =
  'or(and(eq(metadata_key, "outcome"), eq(metadata_value, "not_found")), and(eq(metadata_key, "outcome"), eq(metadata_value, "empty_index")))';
const VOTED_DOWN = 'and(eq(feedback_key, "user_score"), eq(feedback_score, 0))';

const METADATA = z.object({
  session_id: z.string(),
  outcome: z.string().optional(),
  permalink: z.string().optional(),
  channel: z.string().optional(),
  user: z.string().optional(),
});
const STATS = z.object({
  n: z.number().default(0),
  avg: z.number().nullish(),
  values: z.record(z.string(), z.number()).nullish(),
  comments: z.array(z.string()).nullish(),
});
const FOUND = z.object({
  documents: z.array(
    z.object({ metadata: z.object({ title: z.string().optional(), url: z.string().nullish() }) }),
  ),
});

const QUERY = z.object({ query: z.string() });

type Found = Pick<TracedGap, 'nearest'> & { readonly query: string };

/**
 * The questions asked since `since` that were not answered or voted down, newest first; of one that was asked again by an
 * edit its last asking. Rejects when LangSmith does not answer.
 */
export async function tracedGaps(
  { client, projectName, makes = true }: TracedGapsOptions,
  since: Date,
): Promise<TracedGap[]> {
  const projectId = await createProjectId({ client, projectName, makes })();
  const query = { project_ids: [projectId], min_start_time: since.toISOString(), page_size: 100 };
  const gaps = new Map<string, TracedGap>();
  for (const [filter, leastVotes] of [
    [UNANSWERED, 0],
    [VOTED_DOWN, 1],
  ] as const) {
    const found = new Map<string, Found>();
    const retrievals = client.runs.query({
      ...query,
      run_type: 'RETRIEVER',
      trace_filter: filter,
      selects: ['TRACE_ID', 'INPUTS', 'OUTPUTS'],
    });
    for await (const { trace_id, inputs, outputs } of retrievals)
      if (trace_id) found.set(trace_id, foundBy(inputs, outputs));
    const turns = client.runs.query({
      ...query,
      is_root: true,
      filter,
      selects: ['ID', 'START_TIME', 'INPUTS', 'METADATA', 'FEEDBACK_STATS'],
    });
    for await (const turn of turns) {
      const gap = gapOf(turn, found.get(turn.id ?? ''), leastVotes);
      if (gap) gaps.set(gap.runId, gap);
    }
  }
  return lastAskings([...gaps.values()]);
}

interface Turn {
  readonly id?: string;
  readonly start_time?: string;
  readonly inputs?: unknown;
  readonly metadata?: unknown;
  readonly feedback_stats?: Readonly<Record<string, unknown>>;
}

function gapOf(turn: Turn, found: Found | undefined, leastVotes: number): TracedGap | undefined {
  const { id, start_time, feedback_stats = {} } = turn;
  const labels = METADATA.safeParse(turn.metadata).data;
  if (!id || !start_time || !labels) return undefined;
  const stats = (key: string) => STATS.safeParse(feedback_stats[key]).data;
  const votes = stats('user_score');
  return {
    runId: id,
    sessionId: labels.session_id,
    askedAt: Date.parse(start_time),
    question: found?.query || lastMessageOf(turn.inputs),
    permalink: labels.permalink,
    channelId: labels.channel,
    user: labels.user,
    notFound: labels.outcome === 'not_found' || labels.outcome === 'empty_index',
    // A vote is 1 or 0. LangSmith's figures may be older than what it found the turn by.
    downvotes: Math.max(leastVotes, votes ? Math.round(votes.n * (1 - (votes.avg ?? 1))) : 0),
    reasons: Object.entries(stats('reason')?.values ?? {}).flatMap(([reason, count]) =>
      Array<string>(count).fill(reason),
    ),
    corrections: stats('correction')?.comments ?? [],
    nearest: found?.nearest ?? [],
  };
}

/** Of the same message, which its run id begins with the time of, the last; newest first. */
function lastAskings(gaps: readonly TracedGap[]): TracedGap[] {
  const byAge = gaps.toSorted((one, other) => one.askedAt - other.askedAt);
  const last = new Map(byAge.map((gap) => [`${gap.sessionId} ${gap.runId.slice(0, 13)}`, gap]));
  return [...last.values()].reverse();
}

function foundBy(inputs: unknown, outputs: unknown): Found {
  const documents = FOUND.safeParse(parsedJson(outputs)).data?.documents ?? [];
  const nearest = new Map<string, TracedDocument>();
  for (const { metadata } of documents) {
    const { title, url } = metadata;
    // One document's passages differ in their anchors alone.
    const page = url?.replace(/#.*$/, '');
    if (title && !nearest.has(page ?? title)) nearest.set(page ?? title, { title, url: page });
  }
  return { query: QUERY.safeParse(parsedJson(inputs)).data?.query ?? '', nearest: [...nearest.values()] };
}
