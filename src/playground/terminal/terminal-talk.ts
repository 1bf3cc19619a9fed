import { sessionIdFor } from '../../threads/session-id.js';
import type { Message } from '../slack/model.js';
import { encodeSlackEntities } from '../view/slack-entities.js';
import { type FollowOptions, followAnswer } from './follow-answer.js';
import { createTerminalMarkdown } from './terminal-markdown.js';
import type { TerminalStyle } from './terminal-style.js';

export interface TalkOptions {
  readonly workspace: FollowOptions['workspace'];
  /** Sends what the user wrote, as Slack would. The text is Slack's: entities encoded. */
  readonly post: (message: {
    channelId: string;
    userId: string;
    text: string;
    threadTs?: string | undefined;
  }) => Promise<{ readonly message: Pick<Message, 'ts' | 'threadTs'> }>;
  readonly userId: string;
  readonly channelId: string;
  readonly say: (text: string) => unknown;
  readonly style: TerminalStyle;
  /** Whether what was said can be taken back. */
  readonly isTTY: boolean;
  readonly patience: number;
}

/** The question that is being answered. */
interface Asked {
  readonly posted: Promise<unknown>;
  readonly leave: AbortController;
  /** The word that stops it, on its way. */
  stopping?: Promise<unknown>;
}

const ERASE_LINE = '\r\u001b[K';

/** One person's conversation with the bot: a question at a time, its answer below it. */
export function createTerminalTalk(options: TalkOptions) {
  const { workspace, userId, channelId, say, style, isTTY, patience } = options;
  const mention = workspace.channels.get(channelId)?.kind === 'im' ? '' : `<@${workspace.botUserId}> `;
  const bot = workspace.users.get(workspace.botUserId)?.realName ?? 'The bot';
  let threadTs: string | undefined;
  let answered: { readonly sessionId: string; readonly runId: string } | undefined;
  let asked: Asked | undefined;

  const post = (typed: string) =>
    options.post({ channelId, userId, threadTs, text: `${mention}${encodeSlackEntities(typed)}` });
  const notSent = (error: unknown) =>
    say(`Not sent: ${error instanceof Error ? error.message : String(error)}\n`);

  async function ask(typed: string): Promise<void> {
    const posted = post(typed);
    const now: Asked = { posted, leave: new AbortController() };
    asked = now;
    try {
      const { message } = await posted;
      threadTs = message.threadTs ?? message.ts;
      await follow(message, threadTs, now.leave.signal);
      // Whoever ends the program now means the answer, too.
      await now.stopping;
    } catch (error) {
      notSent(error);
    } finally {
      asked = undefined;
    }
  }

  async function follow(
    question: Pick<Message, 'ts' | 'threadTs'>,
    thread: string,
    signal: AbortSignal,
  ): Promise<void> {
    let statusShown = false;
    const markdown = createTerminalMarkdown(style);
    const answer = await followAnswer({
      ...{ workspace, channelId, question, patience, signal },
      onText(text) {
        if (statusShown && isTTY) say(ERASE_LINE);
        statusShown = false;
        say(markdown.write(text));
      },
      onStatus(status) {
        say(`${statusShown && isTTY ? ERASE_LINE : ''}${style.dim(`${bot} ${status}`)}${isTTY ? '' : '\n'}`);
        statusShown = true;
      },
    });
    say(markdown.end());
    const sessionId = sessionIdFor({ tenantId: workspace.teamId, channelId, threadTs: thread });
    answered = answer?.runId === undefined ? undefined : { sessionId, runId: answer.runId };
    if (signal.aborted) return void say('\n');
    const end = answer
      ? `session ${sessionId}${answer.runId ? `  run ${answer.runId}` : ''}`
      : `No answer within ${Math.round(patience / 1000)} s; session ${sessionId}`;
    say(`\n${style.dim(end)}\n\n`);
  }

  return {
    /** Resolves when it is answered, `leave` was called, or nothing happened for `patience`. */
    ask,
    isAsking: () => asked !== undefined,
    /** The next question starts a new thread. */
    startAnew(): void {
      threadTs = undefined;
    },
    /** Has the answer stopped as anybody in Slack would, by a word in its thread. @returns false when it was told before, or there is none */
    stop(): boolean {
      if (!asked || asked.stopping) return false;
      // In its thread, which there is once the question is sent.
      asked.stopping = asked.posted.then(() => post('stop')).catch(notSent);
      return true;
    },
    /** Waits for the answer no longer. */
    leave: () => asked?.leave.abort(),
    /** The last answer, if its run is known. */
    answered: () => answered,
  };
}
