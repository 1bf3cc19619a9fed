import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { envelopeOf, mentionEvent, messageEvent } from '../../src/playground/slack/events.js';
import type { Message } from '../../src/playground/slack/model.js';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { type ClaudeReplay, startClaudeReplay } from '../support/claude-replay.js';
import type { Child } from './child.js';
import type { Lab } from './lab.js';
import { questionOf } from './write-documents.js';

/** A process that takes Slack's events. */
export interface Target {
  readonly child: Child;
  readonly url: string;
}

export interface BotSettings {
  readonly dataDir: string;
  /** @default true */
  readonly tracing?: boolean;
  /** @default true */
  readonly probe?: boolean;
}

/** The doubles that a bot or a bare app runs between. They live in the bench's own process, whose CPU does not count. */
export interface Stage {
  readonly slack: SlackDouble;
  readonly langsmith: LangSmithRecorder;
  readonly claude: ClaudeReplay;
  /** Resolves when it is ready. */
  startBot(settings: BotSettings): Promise<Target>;
  startBare(program: 'bare-bolt' | 'bare-answer', options?: { probe?: boolean }): Promise<Target>;
  /** What the programs find Slack, Claude and LangSmith by. */
  readonly env: Readonly<Record<string, string>>;
  /** Somebody mentions the bot in #general: in Slack alone, no event is sent. */
  mention(options?: { readonly threadTs?: string }): Message;
  /** The body of an event as Slack sends it, ready to be signed. */
  body(message: Message, type: 'app_mention' | 'message'): string;
  /** Sends a mention as Slack does, with its twin and the echoes of what is posted; resolves when its answer is complete. */
  answered(target: Target): Promise<Message>;
  /** Answers so many mentions in threads of their own, `concurrency` of them at a time. */
  answerMany(target: Target, count: number, concurrency: number): Promise<void>;
  close(): Promise<void>;
}

const SUBSCRIPTIONS = ['app_mention', 'message.channels'];

export async function startStage(lab: Lab, options: SlackDoubleOptions = {}): Promise<Stage> {
  const [slack, langsmith, claude] = await Promise.all([
    startSlackDouble({ retryDelaysMs: [], ackTimeoutMs: 30_000, subscriptions: SUBSCRIPTIONS, ...options }),
    startLangSmithRecorder(),
    startClaudeReplay(),
  ]);
  const workspace = slack.workspace();
  const view = { workspace, origin: new URL(slack.apiUrl).origin };
  const complete = new Map<string, (answer: Message) => void>();
  workspace.onChange((change) => {
    if (change.type !== 'message_updated') return;
    const { message } = change;
    if (message.userId === workspace.botUserId && message.stream?.state === 'completed')
      complete.get(message.threadTs ?? '')?.(message);
  });
  let asked = 0;

  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ANTHROPIC_API_KEY: 'sk-ant-bench',
    ANTHROPIC_BASE_URL: claude.baseUrl,
    LANGSMITH_API_KEY: langsmith.apiKey,
    LANGSMITH_ENDPOINT: langsmith.endpoint,
    LANGSMITH_TRACING: 'true',
    LANGSMITH_PROJECT: 'bench',
    NODE_ENV: 'production',
    // The double has Slack's limits only where it is asked for them.
    ...(options.limits === undefined && { SLACK_RATE_SHARE: '1000' }),
    BENCH_TEAM: workspace.teamId,
    BENCH_USER: 'U0ADA',
  };
  const ready = async (child: Child): Promise<Target> => {
    const [, url = ''] = await child.printed(/ready in .*?: (http:\S+)/);
    return { child, url: url.replace('localhost', '127.0.0.1') };
  };
  const newText = () => {
    asked += 1;
    return `<@${workspace.botUserId}> ${questionOf(asked)}`;
  };

  const stage: Stage = {
    slack,
    langsmith,
    claude,
    env,
    startBot: ({ dataDir, tracing = true, probe = true }) =>
      ready(
        lab.startBot(
          { ...env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', LANGSMITH_TRACING: String(tracing) },
          { probe },
        ),
      ),
    startBare: (program, options) => ready(lab.startProgram(program, env, options)),
    mention: ({ threadTs } = {}) =>
      workspace.add({ channelId: 'C0GENERAL', userId: 'U0ADA', text: newText(), threadTs }),
    body: (message, type) =>
      JSON.stringify(envelopeOf(view, (type === 'message' ? messageEvent : mentionEvent)(view, message))),
    answered(target) {
      slack.connect({ kind: 'http', url: target.url });
      return new Promise((resolve, reject) => {
        const late = globalThis.setTimeout(() => reject(new Error('no answer in 60 s')), 60_000);
        const post = slack.post({
          channel: 'C0GENERAL',
          user: 'U0ADA',
          text: newText(),
          first: 'app_mention',
        });
        post.then(({ message }) => {
          const known = workspace
            .thread(message.channelId, message.ts)
            .find(({ stream }) => stream?.state === 'completed');
          const settle = (answer: Message) => {
            clearTimeout(late);
            complete.delete(message.ts);
            resolve(answer);
          };
          if (known) settle(known);
          else complete.set(message.ts, settle);
        }, reject);
      });
    },
    async answerMany(target, count, concurrency) {
      let left = count;
      const worker = async () => {
        while (left > 0) {
          left -= 1;
          await stage.answered(target);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
    async close() {
      await Promise.all([slack.close(), langsmith.close(), claude.close()]);
    },
  };
  return stage;
}
