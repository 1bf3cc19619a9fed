import type { Config } from '../config.js';
import type { Log } from '../logger.js';
import { LOCAL_PROMPT, RULES_FOR_ANY_PROMPT } from '../rag/prompt.js';
import { createLangSmithClient, type LangSmithClient } from '../tracing/client.js';
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

/** What the bot has of LangSmith, or what stands in its place where there is none. */
export function openLangSmith(
  config: Config,
  { fetch, log }: { readonly fetch: typeof globalThis.fetch; readonly log: Log },
): LangSmithParts {
  const { traces } = config;
  const langsmith = config.langsmith && {
    client: createLangSmithClient({ ...config.langsmith, failedTraces: traces?.failed, fetch, log }),
    projectName: config.langsmith.project,
  };
  return {
    tracer: createTracer(langsmith && { ...langsmith, rules: traces?.rules }),
    langsmith,
    pulling: promptFor(config, langsmith?.client, log),
    kindsMatter: langsmith !== undefined && dependsOnConversation(traces?.rules),
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
