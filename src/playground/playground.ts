import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createBot } from '../bot.js';
import type { Config } from '../config.js';
import type { Log } from '../logger.js';
import { type Mode, modesOf } from '../modes.js';
import { startLangSmithRecorder } from './langsmith/recorder.js';
import { traceRecorder } from './langsmith/trace-recorder.js';
import { OWN_DOCS_FOLDER } from './own-docs-page.js';
import { startPageServer } from './page-server.js';
import { startSlackDouble } from './slack/start-slack-double.js';
import { startTerminal } from './terminal.js';

export interface PlaygroundOptions {
  readonly log: Log;
  /** In the terminal instead of on a page. */
  readonly terminal: boolean;
  /** Beside a configured bot the paid keys are used only when asked for. */
  readonly useKeys: boolean;
}

export interface Playground {
  readonly modes: readonly Mode[];
  /** The link to the page, with this start's token. */
  readonly address: string;
  /** Talks in the terminal until the input ends. */
  converse(
    input: NodeJS.ReadableStream & { isTTY?: boolean },
    output: Writable & { isTTY?: boolean },
  ): Promise<void>;
  stop(): Promise<void>;
}

const SUGGESTIONS = [
  'how do I connect you to our Slack workspace?',
  'what is a session id and where do I find it in LangSmith?',
  'how do I give you our documents?',
];

/**
 * A Slack workspace and a LangSmith of its own on loopback, with the real bot between them: signed events in, Web API
 * calls and traces out.
 */
export async function openPlayground(
  config: Config,
  { log, terminal, useKeys }: PlaygroundOptions,
): Promise<Playground> {
  const slack = await startSlackDouble();
  const recorder = await startLangSmithRecorder();
  const playing = localConfig(config, { useKeys, slack, recorder });
  const workspace = slack.workspace();
  const modes = modesOf(
    { ...config, ...paidKeys(config, useKeys) },
    terminal ? 'a local workspace, in the terminal' : 'a local workspace, in the browser',
  );
  const post = (message: {
    channelId: string;
    userId: string;
    text: string;
    threadTs?: string | undefined;
  }) =>
    slack.post({
      channel: message.channelId,
      user: message.userId,
      text: message.text,
      threadTs: message.threadTs,
    });
  const page = terminal
    ? undefined
    : await startPageServer({
        port: config.port,
        workspace,
        threads: traceRecorder(recorder),
        modes,
        suggestions: SUGGESTIONS,
        log,
        post,
        click: ({ channelId, userId, messageTs, actionId, value }) =>
          slack.click({ channel: channelId, user: userId, ts: messageTs, actionId, value }),
      });
  // Beside a configured bot the index is that bot's: it must not learn to answer about itself.
  const ownDocs = config.slack
    ? undefined
    : { folder: fileURLToPath(OWN_DOCS_FOLDER), baseUrl: page?.docsUrl };
  const journalDir = await mkdtemp(join(tmpdir(), 'threadsmith-playground-'));
  const bot = await createBot(playing, { log, host: '127.0.0.1', journalDir, ...(ownDocs && { ownDocs }) });
  slack.connect({ kind: 'http', url: await bot.start() });

  return {
    modes,
    address: page?.url ?? 'the terminal',
    converse: (input, output) => startTerminal({ workspace, input, output, post }),
    async stop() {
      await page?.close();
      await bot.stop();
      await Promise.all([slack.close(), recorder.close(), rm(journalDir, { recursive: true, force: true })]);
    },
  };
}

interface Doubles {
  readonly slack: Awaited<ReturnType<typeof startSlackDouble>>;
  readonly recorder: Awaited<ReturnType<typeof startLangSmithRecorder>>;
}

/** The given settings with the doubles in the places of Slack and, without a key, of LangSmith. */
function localConfig(config: Config, { useKeys, slack, recorder }: Doubles & { useKeys: boolean }): Config {
  const { anthropic, openai, langsmith } = paidKeys(config, useKeys);
  return {
    ...config,
    anthropic,
    openai,
    slack: {
      kind: 'http',
      botToken: slack.botToken,
      signingSecret: slack.signingSecret,
      port: 0,
      apiUrl: slack.apiUrl,
    },
    // Its own project: what is tried here must not stand among a team's threads.
    langsmith: langsmith
      ? { ...langsmith, project: `${langsmith.project}-playground` }
      : { apiKey: recorder.apiKey, endpoint: recorder.endpoint, project: 'playground' },
  };
}

function paidKeys(config: Config, useKeys: boolean): Pick<Config, 'anthropic' | 'openai' | 'langsmith'> {
  if (!config.slack || useKeys) return config;
  return { anthropic: undefined, openai: undefined, langsmith: undefined };
}
