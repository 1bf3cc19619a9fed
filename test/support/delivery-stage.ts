import { WebClient } from '@slack/web-api';
import { createLogger } from '../../src/logger.js';
import type { Block, Message } from '../../src/playground/slack/model.js';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import type { AnswerEvent } from '../../src/rag/answer-event.js';
import { SlackBudget } from '../../src/slack/connection/slack-budget.js';
import { webClientOptions } from '../../src/slack/connection/web-client.js';
import {
  type Delivered,
  type ReplyOptions,
  replyInThread,
} from '../../src/slack/delivery/reply-in-thread.js';
import { asInstalled } from './world.js';

export const RUN_ID = '018bcfe5-687b-7db3-b089-cf0d3d8efcbb';

export interface Asked {
  readonly message: Message;
  /** Everything visible in the thread below the question, in order. */
  answer(): Message[];
  /** What a person reads of it, the closing blocks left out. */
  text(): string;
}

/** The delivery of answers between a scripted chain and the Slack double, through the real client. */
export interface DeliveryStage {
  readonly slack: SlackDouble;
  ask(options?: { channel?: string; threadTs?: string }): Asked;
  deliver(
    asked: Asked,
    events: AsyncIterable<AnswerEvent>,
    options?: Partial<ReplyOptions>,
  ): Promise<Delivered>;
  close(): Promise<void>;
}

export interface DeliveryStageOptions extends SlackDoubleOptions {
  /** After which a call counts as lost. @default 400 ms */
  readonly timeoutMs?: number;
}

export async function startDeliveryStage({
  timeoutMs = 400,
  ...options
}: DeliveryStageOptions = {}): Promise<DeliveryStage> {
  const slack = await startSlackDouble({ ...asInstalled(), ...options });
  const log = createLogger({ level: 'silent', stream: { write: () => {} } });
  const settings = webClientOptions({ apiUrl: slack.apiUrl, fetch: globalThis.fetch, log });
  const client = new WebClient(slack.botToken, { ...settings, timeout: timeoutMs });
  const workspace = slack.workspace();
  // Nothing here is about the second between two posts.
  const budget = new SlackBudget({ share: 50 });

  return {
    slack,
    ask({ channel = 'C0GENERAL', threadTs } = {}) {
      const message = workspace.add({ channelId: channel, userId: 'U0ADA', text: 'How long?', threadTs });
      const answer = () =>
        workspace
          .thread(channel, threadTs ?? message.ts)
          .filter(({ ts, userId }) => ts > message.ts && userId === workspace.botUserId);
      return { message, answer, text: () => answer().map(visibleText).join('') };
    },
    deliver({ message }, events, more) {
      const { channelId, ts, threadTs = ts } = message;
      const tenantId = workspace.teamId;
      return replyInThread(events, {
        client,
        question: {
          key: { tenantId, channelId, messageTs: ts },
          thread: { tenantId, channelId, threadTs },
          text: message.text,
          userId: 'U0ADA',
          userTeamId: undefined,
          isReply: threadTs !== ts,
          files: [],
          filesKnown: true,
        },
        runId: RUN_ID,
        teamId: tenantId,
        botUserId: workspace.botUserId,
        budget,
        intervalMs: 20,
        log,
        ...more,
      });
    },
    close: () => slack.close(),
  };
}

/** What Slack shows of an answer in a message: its blocks, or while it is a stream its text, or its file. */
export function visibleText({ text, blocks = [], stream, files = [] }: Message): string {
  if (files.length > 0) return files.map(({ content }) => new TextDecoder().decode(content)).join('');
  if (stream || blocks.length === 0) return text;
  return blocks
    .filter(({ type }) => type === 'markdown')
    .map(markdownOf)
    .join('');
}

function markdownOf({ text }: Block): string {
  return typeof text === 'string' ? text : '';
}

/** The events of an answer with these deltas; `pause` between two of them. */
export async function* answerOf(
  deltas: Iterable<string>,
  { pause = async () => {} }: { pause?: () => Promise<unknown> } = {},
): AsyncGenerator<AnswerEvent> {
  yield { type: 'status', status: 'searching' };
  yield { type: 'status', status: 'reading', passages: 1, found: [] };
  yield { type: 'status', status: 'writing' };
  for (const text of deltas) {
    yield { type: 'text', text };
    await pause();
  }
  yield { type: 'done', outcome: 'answered', sources: [], citationsDropped: 0 };
}
