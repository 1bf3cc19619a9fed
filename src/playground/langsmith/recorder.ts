import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../server/listen-on-loopback.js';
import { ChangeFeed } from './change-feed.js';
import { DatasetStore, type ReceivedExample } from './dataset-store.js';
import { FeedbackStore } from './feedback-store.js';
import { ProjectStore, projectIdOf, type ReceivedProject } from './project-store.js';
import { type HubCommit, PromptStore } from './prompt-store.js';
import { readBody } from './read-body.js';
import type { ReceivedFeedback, ReceivedRun, ReceivedTree } from './received-run.js';
import { Refusal } from './refusal.js';
import { type Fault, type FaultOptions, RequestFaults, type Route } from './request-faults.js';
import { type RouteResponse, respond, routeOf } from './routes.js';
import { RunStore } from './run-store.js';

export interface RecorderOptions {
  /** @default a free one */
  readonly port?: number;
  /** The key that requests must bring. @default a random one */
  readonly apiKey?: string;
  /** How many runs are kept, the newest. @default 2,000 */
  readonly maxRuns?: number;
  /** Keeps what came as it came, without a bound: for tests that search it. @default false */
  readonly keepsBodies?: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly route: Route | undefined;
  /** Of the body as it came, unpacked; 0 until it was read. */
  bytes: number;
  /** Absent while it has not been answered. */
  status?: number;
}

/** A LangSmith on loopback: takes what the real SDK sends, refuses what LangSmith refuses, and shows what it has. */
export interface LangSmithRecorder {
  readonly endpoint: string;
  readonly apiKey: string;
  /** In the order of their arrival. */
  runs(): ReceivedRun[];
  /** The turns of a thread, oldest first. */
  thread(sessionId: string): ReceivedTree[];
  feedback(): ReceivedFeedback[];
  /** Made by a request or by a run; experiments are projects too. */
  projects(): ReceivedProject[];
  /** Of all datasets. */
  examples(): ReceivedExample[];
  /** Puts a prompt into the hub, or a tag of it on another commit. */
  promotePrompt(name: string, commit: HubCommit): void;
  /** The last 1,000. */
  requests(): readonly RecordedRequest[];
  /** Everything that came, unpacked, in one text; empty unless `keepsBodies`. */
  received(): string;
  /** Looks now and after every change. @throws Error after `timeoutMs` (default 10,000), naming `what` */
  waitFor<Seen>(look: () => Seen | undefined | false, what: string, timeoutMs?: number): Promise<Seen>;
  /** @returns stops listening. */
  onChange(listener: () => void): () => void;
  fail(fault: Fault, options?: FaultOptions): void;
  /** Ends what `fail` began. */
  recover(): void;
  close(): Promise<void>;
}

const MAX_REQUESTS = 1_000;

export async function startLangSmithRecorder(options: RecorderOptions = {}): Promise<LangSmithRecorder> {
  const {
    keepsBodies = false,
    port = 0,
    apiKey = `lsv2_pt_${randomBytes(16).toString('hex')}`,
    maxRuns = 2_000,
  } = options;
  const runs = new RunStore(maxRuns, projectIdOf);
  const feedback = new FeedbackStore(maxRuns);
  const prompts = new PromptStore();
  const projects = new ProjectStore(() => runs.all().map(({ projectName }) => projectName));
  const datasets = new DatasetStore();
  const faults = new RequestFaults();
  const feed = new ChangeFeed();
  const requests: RecordedRequest[] = [];
  const received: string[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const entry: RecordedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      route: routeOf(url.pathname),
      bytes: 0,
    };
    requests.push(entry);
    if (requests.length > MAX_REQUESTS) requests.shift();
    feed.changed();

    const fault = faults.take(entry.route);
    if (fault && 'hang' in fault) return;
    if (fault && 'reset' in fault) return void request.socket.resetAndDestroy();
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs);
    const [status, content] = await attempt(async () => {
      const body = await readBody(request);
      entry.bytes = body.length;
      if (keepsBodies) received.push(`${request.url}\n${body.toString('utf8')}`);
      if (fault && 'status' in fault) throw new Refusal(fault.status, 'as asked for');
      return respond({ runs, feedback, prompts, projects, datasets }, apiKey, {
        method: entry.method,
        url,
        headers: request.headers,
        body,
      });
    });
    entry.status = status;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    feed.changed();
  }

  const listener = await listenOnLoopback((request, response) => {
    // A path that is no URL, a client that left: nothing that the recorder could answer.
    handle(request, response).catch(() => response.destroy());
  }, port);
  return {
    endpoint: `http://127.0.0.1:${listener.port}`,
    apiKey,
    runs: () => runs.all(),
    thread: (sessionId) => runs.thread(sessionId),
    feedback: () => feedback.all(),
    projects: () => projects.all(),
    examples: () => datasets.examples(),
    promotePrompt: (name, commit) => prompts.promote(name, commit),
    requests: () => requests,
    received: () => received.join('\n'),
    waitFor: (look, what, timeoutMs = 10_000) => feed.waitFor(look, what, timeoutMs),
    onChange: (listen) => feed.onChange(listen),
    fail: (fault, faultOptions) => faults.plan(fault, faultOptions),
    recover: () => faults.clear(),
    close: () => listener.close(),
  };
}

async function attempt(work: () => Promise<RouteResponse>): Promise<RouteResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return [error.status, { error: error.message }];
    return [500, { error: error instanceof Error ? error.message : 'unknown' }];
  }
}
