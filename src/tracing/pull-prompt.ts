import type { Client } from 'langsmith';
import type { Log } from '../logger.js';
import type { Prompt } from '../rag/prompt.js';
import { promptText } from './prompt-text.js';
import { within } from './within.js';

export interface PullPromptOptions {
  readonly client: Pick<Client, 'pullPromptCommit'>;
  /** `prompt`, `owner/prompt`, and a tag or a commit after a colon. */
  readonly name: string;
  /** Used until there is one from the hub. */
  readonly local: Prompt;
  /** Stand at the end of every prompt. */
  readonly rules: string;
  readonly log: Log;
  /** Milliseconds for which the first pull is waited for. @default 3,000 */
  readonly patienceMs?: number;
  /** Milliseconds between pulls: one small request each. @default 5 minutes */
  readonly everyMs?: number;
}

export interface PulledPrompt {
  /** The newest that could be used. */
  current(): Prompt;
  /** Pulls no more. */
  stop(): void;
}

/**
 * A prompt from LangSmith's hub, kept fresh: one that is promoted there arrives without a restart. Never rejects: a prompt
 * that cannot be pulled, or cannot be used, leaves the one before in its place, and the log says why, once.
 */
export async function pullPrompt(options: PullPromptOptions): Promise<PulledPrompt> {
  const { client, name, local, rules, log, patienceMs = 3_000, everyMs = 300_000 } = options;
  let prompt = local;
  let complaint: string | undefined;
  let stopped = false;

  async function pull(): Promise<void> {
    try {
      // The SDK wants to be told for a prompt with an owner, because the objects in it may do anything: none is made here.
      const commit = await client.pullPromptCommit(name, {
        dangerouslyPullPublicPrompt: true,
        skipCache: true,
      });
      if (commit.commit_hash !== prompt.commit) take(commit.commit_hash, await promptText(commit.manifest));
      complaint = undefined;
    } catch (error) {
      complain(error instanceof Error ? error.message : 'unknown');
    }
  }

  function take(commit: string, text: string): void {
    if (stopped) return;
    prompt = { name, commit, system: `${text}\n\n${rules}` };
    log.info({ prompt: name, commit }, 'answers follow this prompt from LangSmith');
  }

  function complain(reason: string): void {
    if (stopped || reason === complaint) return;
    complaint = reason;
    const fields = { prompt: name, reason, commit: prompt.commit };
    log.warn(fields, 'LANGSMITH_PROMPT cannot be used: answers follow the prompt before it');
  }

  const first = pull().then(() => true);
  if (!(await within(first, patienceMs))) complain(`LangSmith did not send it within ${patienceMs} ms`);
  const timer = setInterval(() => void pull(), everyMs).unref();
  return {
    current: () => prompt,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
