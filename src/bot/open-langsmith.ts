import type { Config } from '../config.js';
import type { Log } from '../logger.js';
import { LOCAL_PROMPT, RULES_FOR_ANY_PROMPT } from '../rag/prompt.js';
import { createLangSmithClient, type LangSmithClient } from '../tracing/client.js';
import { createSpanSink } from '../tracing/otel/span-sink.js';
import { dependsOnConversation } from '../tracing/privacy.js';
import { type PulledPrompt, pullPrompt } from '../tracing/pull-prompt.js';
import { createTracer, type Tracer } from '../tracing/tracer.js';

export interface LangSmithParts {
  readonly tracer: Tracer;
  readonly langsmith: { readonly client: LangSmithClient; readonly projectName: string } | undefined;
  /** How the model is told to answer; undefined where there is no model. To be waited for when the stores are open. Never rejects. */
  readonly pulling: Promise<PulledPrompt | undefined>;
  /** Whether it matters for the traces in what kind of a conversation a question is asked. */
  readonly kindsMatter: boolean;
}

export interface LangSmithOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly botVersion: string;
  /** Milliseconds for which nothing is sent to LangSmith after failures. @default 30,000 */
  readonly pauseMs?: number | undefined;
  readonly log: Log;
}

/** Where Anthropic's SDK goes by itself. */
const ANTHROPIC = 'https://api.anthropic.com';

/** What the bot has of LangSmith, or what stands in its place where there is none; the same traces go to another tool too. */
export function openLangSmith(
  config: Config,
  { fetch, botVersion, pauseMs, log }: LangSmithOptions,
): LangSmithParts {
  const { traces } = config;
  const langsmith = config.langsmith && {
    client: createLangSmithClient({ ...config.langsmith, failedTraces: traces?.failed, pauseMs, fetch, log }),
    projectName: config.langsmith.project,
  };
  const { anthropic } = config;
  const service = anthropic && { provider: 'anthropic', url: anthropic.baseUrl ?? ANTHROPIC };
  const spans =
    config.spans && createSpanSink({ settings: config.spans, version: botVersion, service, fetch, log });
  return {
    tracer: createTracer(langsmith || spans ? { ...langsmith, spans, rules: traces?.rules } : undefined),
    langsmith,
    pulling: promptFor(config, langsmith?.client, log),
    kindsMatter: (langsmith ?? spans) !== undefined && dependsOnConversation(traces?.rules),
  };
}

/** By LangSmith's prompt hub, or as the product has it. */
async function promptFor(
  { anthropic, langsmith }: Config,
  client: LangSmithClient | undefined,
  log: Log,
): Promise<PulledPrompt | undefined> {
  if (!anthropic) return undefined;
  if (!client || langsmith?.prompt === undefined) return { current: () => LOCAL_PROMPT, stop() {} };
  const options = { name: langsmith.prompt, local: LOCAL_PROMPT, rules: RULES_FOR_ANY_PROMPT, log };
  return pullPrompt({ client: client.direct, ...options });
}
