import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventNames, neededScopes } from '../../manifest/scopes.js';
import { type Bot, createBot } from '../../src/bot.js';
import type { Config } from '../../src/config.js';
import { createLogger, type Log } from '../../src/logger.js';
import { modesOf } from '../../src/modes.js';
import type { ReceivedTree } from '../../src/playground/langsmith/received-run.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import type { Message } from '../../src/playground/slack/model.js';
import type {
  Post,
  Posted,
  SlackDouble,
  SlackDoubleOptions,
} from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { type ClaudeReplay, startClaudeReplay } from './claude-replay.js';
import { ingestFixtures } from './ingest-fixtures.js';

export interface WorldOptions {
  /** @default http */
  readonly transport?: 'http' | 'socket';
  /** Changes the bot's configuration. */
  readonly config?: (config: Config) => Config;
  readonly slack?: SlackDoubleOptions;
  /** How long the bot leaves LangSmith alone after failures. @default as everywhere */
  readonly tracesPauseMs?: number;
  /** @default the three fixture documents */
  readonly documents?: 'fixtures' | 'none';
}

/** The real bot between the doubles, as its users and operators see it. */
export interface World {
  readonly slack: SlackDouble;
  readonly langsmith: LangSmithRecorder;
  readonly claude: ClaudeReplay;
  readonly bot: Bot;
  readonly config: Config;
  /** Where the bot takes events. */
  readonly address: string;
  /** The log's lines so far, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  readonly log: Log;
  /** Posts a message as a person; a channel message mentions the bot. */
  ask(question: Partial<Post> & { readonly text: string }): Promise<Posted>;
  /** The bot's finished message after `question` in its thread. */
  answerTo(question: Message): Promise<Message>;
  /** Everything visible in the thread, oldest first. */
  thread(message: Message): Message[];
  /** The turns of the message's thread as LangSmith has them, when `turns` of them have ended. */
  traces(message: Message, turns?: number): Promise<ReceivedTree[]>;
  sessionId(message: Message): string;
  close(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const [slack, langsmith, claude, dataDir] = await Promise.all([
    startSlackDouble({ ...asInstalled(), ...options.slack }),
    startLangSmithRecorder({ keepsBodies: true }),
    startClaudeReplay(),
    mkdtemp(join(tmpdir(), 'threadsmith-test-')),
  ]);
  const given = worldConfig({ slack, langsmith, claude, dataDir, transport: options.transport ?? 'http' });
  const config = options.config?.(given) ?? given;
  if (options.documents !== 'none') await ingestFixtures(config.dataDir, config.databaseUrl);

  const { log, logged } = recordingLog();
  const { tracesPauseMs } = options;
  const bot = await createBot(config, {
    ...{ log, host: '127.0.0.1', modes: modesOf(config, 'a test') },
    ...(tracesPauseMs !== undefined && { tracesPauseMs }),
  });
  const address = await bot.start();
  slack.connect(options.transport === 'socket' ? { kind: 'socket' } : { kind: 'http', url: address });

  const { teamId } = slack.workspace();
  const sessionId = ({ channelId, threadTs, ts }: Message) =>
    sessionIdFor({ tenantId: teamId, channelId, threadTs: threadTs ?? ts });
  const thread = ({ channelId, threadTs, ts }: Message) =>
    slack.workspace().thread(channelId, threadTs ?? ts);
  let stopped = false;
  const stop = async () => {
    if (!stopped) await bot.stop();
    stopped = true;
  };

  return {
    slack,
    langsmith,
    claude,
    bot: { ...bot, stop },
    config,
    address,
    log,
    logged,
    thread,
    sessionId,
    ask(question) {
      const channel = question.channel ?? 'C0GENERAL';
      const mention = channel.startsWith('D') ? '' : `<@${slack.workspace().botUserId}> `;
      return slack.post({ user: 'U0ADA', ...question, channel, text: `${mention}${question.text}` });
    },
    answerTo: (question) =>
      slack.waitFor(
        () => thread(question).find((message) => message.ts > question.ts && isFinished(message, slack)),
        {
          describe: `the answer to "${question.text}"`,
        },
      ),
    traces: (message, turns = 1) =>
      langsmith.waitFor(() => {
        const ended = langsmith.thread(sessionId(message)).filter(hasEnded);
        return ended.length >= turns && ended;
      }, `${turns} traces of the thread`),
    async close() {
      await stop();
      await Promise.all([slack.close(), langsmith.close(), claude.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A workspace that installed the app from its manifest: what the manifest does not ask for, Slack refuses. */
export function asInstalled(teamId = 'T0LOCAL'): SlackDoubleOptions {
  return {
    workspaces: [createWorkspace({ teamId, scopes: neededScopes() })],
    subscriptions: eventNames(),
    retryDelaysMs: [],
  };
}

function isFinished(message: Message, slack: SlackDouble): boolean {
  return message.userId === slack.workspace().botUserId && message.stream?.state !== 'in_progress';
}

function hasEnded({ run, children }: ReceivedTree): boolean {
  return run.endTime !== undefined && children.every(hasEnded);
}

interface Doubles {
  readonly slack: SlackDouble;
  readonly langsmith: LangSmithRecorder;
  readonly claude: ClaudeReplay;
  readonly dataDir: string;
  readonly transport: 'http' | 'socket';
}

function worldConfig({ slack, langsmith, claude, dataDir, transport }: Doubles): Config {
  const { botToken, appToken, signingSecret, apiUrl } = slack;
  return {
    slack:
      transport === 'socket'
        ? { kind: 'socket', botToken, appToken, apiUrl }
        : { kind: 'http', botToken, signingSecret, apiUrl, port: 0 },
    anthropic: {
      apiKey: 'sk-ant-test',
      model: 'claude-sonnet-5-5',
      condenseModel: 'claude-haiku-5-5',
      baseUrl: claude.baseUrl,
    },
    openai: undefined,
    langsmith: { apiKey: langsmith.apiKey, endpoint: langsmith.endpoint, project: 'test' },
    access: { external: false, followUps: 'thread' },
    services: { github: { apiUrl: 'https://api.github.com' } },
    port: 0,
    dataDir,
    shutdownTimeoutMs: 5_000,
    logLevel: 'info',
    network: {},
  };
}

function recordingLog(): { log: Log; logged: Record<string, unknown>[] } {
  const logged: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void logged.push(JSON.parse(line)) };
  return { log: createLogger({ level: 'debug', stream }), logged };
}
