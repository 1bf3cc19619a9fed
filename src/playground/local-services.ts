import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import type { LangSmithRecorder } from './langsmith/recorder.js';
import { langSmithProjectUrl } from './langsmith-project.js';
import { type Relay, type RelayedRequest, startRelay } from './relay.js';

type Services = Pick<Config, 'anthropic' | 'openai' | 'langsmith'>;

export interface LocalServicesOptions {
  /** Those that the keys are for. */
  readonly services: Services;
  readonly recorder: Pick<LangSmithRecorder, 'endpoint' | 'apiKey' | 'onChange'>;
  /** The way out. */
  readonly fetch: typeof globalThis.fetch;
}

export interface LocalServices {
  /** The same services, each behind a relay here; LangSmith's place is the recorder's where there is no key. */
  readonly services: Services;
  readonly relays: { readonly claude?: Relay; readonly embeddings?: Relay; readonly langsmith?: Relay };
  /** Where the traces are seen in LangSmith, once LangSmith has said it. */
  projectUrl(): string | undefined;
  /** @returns stops listening. */
  onProjectUrl(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Where the vendors' SDKs go by themselves. */
const ANTHROPIC = 'https://api.anthropic.com';
const OPENAI = 'https://api.openai.com/v1';

/** Milliseconds before LangSmith is asked for its project: it knows it when the first runs are stored. */
const ASK_AFTER_MS = [300, 1_000, 3_000, 10_000];

/**
 * Puts a relay in front of every service that is used, so that it can go wrong on purpose. What goes to LangSmith goes to the
 * recorder too: the page shows it either way.
 */
export async function startLocalServices(options: LocalServicesOptions): Promise<LocalServices> {
  const { recorder, fetch } = options;
  const { anthropic, openai, langsmith } = options.services;
  const [claude, embeddings, traces] = await Promise.all([
    anthropic && startRelay({ target: anthropic.baseUrl ?? ANTHROPIC, fetch }),
    openai && startRelay({ target: openai.baseUrl ?? OPENAI, fetch }),
    langsmith && startRelay({ target: langsmith.endpoint, fetch, copy: copyTo(recorder) }),
  ]);
  const listeners = new Set<() => void>();
  let url: string | undefined;
  let isAsking = false;
  const stop = new AbortController();
  const stopWatching = traces && langsmith ? recorder.onChange(() => void ask(traces, langsmith)) : () => {};

  async function ask(relay: Relay, settings: NonNullable<typeof langsmith>): Promise<void> {
    if (url !== undefined || isAsking) return;
    isAsking = true;
    for (const ms of ASK_AFTER_MS) {
      await sleep(ms, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      url = await langSmithProjectUrl({ ...settings, apiUrl: relay.baseUrl, signal: stop.signal });
      if (url !== undefined) break;
    }
    isAsking = false;
    if (url !== undefined) for (const listener of listeners) listener();
  }

  return {
    services: {
      anthropic: anthropic && claude && { ...anthropic, baseUrl: claude.baseUrl },
      openai: openai && embeddings && { ...openai, baseUrl: embeddings.baseUrl },
      langsmith:
        langsmith && traces
          ? { ...langsmith, endpoint: traces.baseUrl }
          : { apiKey: recorder.apiKey, endpoint: recorder.endpoint, project: 'playground' },
    },
    relays: {
      ...(claude && { claude }),
      ...(embeddings && { embeddings }),
      ...(traces && { langsmith: traces }),
    },
    projectUrl: () => url,
    onProjectUrl(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stopWatching();
      stop.abort();
      await Promise.all([claude?.close(), embeddings?.close(), traces?.close()]);
    },
  };
}

/** Runs and feedback, as they are. What the recorder refuses (a batch that is tried again) it has already. */
function copyTo({ endpoint, apiKey }: LocalServicesOptions['recorder']) {
  return async ({ method, path, headers, body }: RelayedRequest): Promise<void> => {
    if (method === 'GET' || !/^\/(runs|feedback)\b/.test(path)) return;
    const own = new Headers(headers);
    own.set('x-api-key', apiKey);
    const response = await fetch(`${endpoint}${path}`, { method, headers: own, body });
    await response.body?.cancel();
  };
}
