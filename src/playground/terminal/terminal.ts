import { createInterface } from 'node:readline';
import { sessionIdFor } from '../../threads/session-id.js';
import type { TraceRecorder } from '../recorded-run.js';
import type { Message } from '../slack/model.js';
import { encodeSlackEntities } from '../view/slack-entities.js';
import { type TraceView, traceViews } from '../view/trace-view.js';
import { type FollowOptions, followAnswer } from './follow-answer.js';
import { createTerminalMarkdown } from './terminal-markdown.js';
import { terminalStyle } from './terminal-style.js';
import { terminalTrace } from './terminal-trace.js';

export interface TerminalOptions {
  readonly workspace: FollowOptions['workspace'];
  /** What LangSmith received, for `/trace`. */
  readonly traces: Pick<TraceRecorder, 'runsIn' | 'feedbackOn' | 'onChange'>;
  /** Sends what the user wrote, as Slack would. The text is Slack's: entities encoded. */
  post(message: {
    channelId: string;
    userId: string;
    text: string;
    threadTs?: string | undefined;
  }): Promise<{ readonly message: Pick<Message, 'ts' | 'threadTs'> }>;
  /** Whom the terminal speaks as. @default the first user who is no bot */
  readonly userId?: string;
  /** Where the conversation takes place. @default the user's direct messages with the bot */
  readonly channelId?: string;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** @default on a terminal, unless NO_COLOR is set */
  readonly colour?: boolean;
  /** Milliseconds without any change after which a question counts as unanswered. @default 120,000 */
  readonly patience?: number;
}

const GREETING = 'Ask a question; follow-ups stay in its thread. /help says what else there is.';
const HELP = `/new    the next question starts a new thread
/trace  the last answer's runs, as LangSmith has them
/help   this
/quit   ends; so does Ctrl-D`;
/** Milliseconds that `/trace` waits for a trace to be complete: runs are sent in batches. */
const TRACE_PATIENCE = 5_000;
const ERASE_LINE = '\r\u001b[K';

/**
 * The playground in the terminal: every line is a question and its answer streams below it. From a pipe each line is
 * asked when the one before is answered, in plain text. Resolves at the end of the input.
 */
export async function startTerminal(options: TerminalOptions): Promise<void> {
  const { workspace, input, output, patience = 120_000 } = options;
  const isTTY = input.isTTY === true && output.isTTY === true;
  const style = terminalStyle(options.colour ?? (output.isTTY === true && !process.env.NO_COLOR));
  const userId = options.userId ?? [...workspace.users.values()].find(({ isBot }) => !isBot)?.id ?? '';
  const channelId = options.channelId ?? directMessages(workspace, userId);
  const mention = workspace.channels.get(channelId)?.kind === 'im' ? '' : `<@${workspace.botUserId}> `;
  const bot = workspace.users.get(workspace.botUserId)?.realName ?? 'The bot';
  const say = (text: string) => output.write(text);
  const prompt = style.accent('> ');
  let threadTs: string | undefined;
  let answered: { readonly sessionId: string; readonly runId: string } | undefined;

  const lines = createInterface({ input, terminal: isTTY, prompt, ...(isTTY && { output }) });
  say(`${style.dim(GREETING)}\n`);
  if (isTTY) lines.prompt();
  for await (const line of lines) {
    const typed = line.trim();
    if (typed === '/quit') break;
    if (typed === '/new') {
      threadTs = undefined;
      say(`${style.dim('The next question starts a new thread.')}\n`);
    } else if (typed === '/help') {
      say(`${style.dim(HELP)}\n`);
    } else if (typed === '/trace') {
      say(`${await lastTrace()}\n\n`);
    } else if (/^\/\w+$/.test(typed)) {
      say(`${style.dim(`There is no ${typed} here.\n${HELP}`)}\n`);
    } else if (typed !== '') {
      if (!isTTY) say(`${prompt}${typed}\n`);
      await ask(typed);
    }
    if (isTTY) lines.prompt();
  }
  lines.close();

  async function lastTrace(): Promise<string> {
    if (!answered) return style.dim('There is no answer yet whose trace could be shown.');
    const trace = await completeTrace(options.traces, answered);
    return trace ? terminalTrace(trace, style) : style.dim('LangSmith has not received this trace.');
  }

  async function ask(typed: string): Promise<void> {
    let question: Pick<Message, 'ts' | 'threadTs'>;
    try {
      const posted = await options.post({
        channelId,
        userId,
        threadTs,
        text: `${mention}${encodeSlackEntities(typed)}`,
      });
      question = posted.message;
    } catch (error) {
      say(`Not sent: ${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    threadTs = question.threadTs ?? question.ts;
    let statusShown = false;
    const markdown = createTerminalMarkdown(style);
    const answer = await followAnswer({
      workspace,
      channelId,
      question,
      patience,
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
    const sessionId = sessionIdFor({ tenantId: workspace.teamId, channelId, threadTs });
    answered = answer?.runId === undefined ? undefined : { sessionId, runId: answer.runId };
    const end = answer
      ? `session ${sessionId}${answer.runId ? `  run ${answer.runId}` : ''}`
      : `No answer within ${Math.round(patience / 1000)} s; session ${sessionId}`;
    say(`\n${style.dim(end)}\n\n`);
  }
}

/** A trace when its root has ended, or as far as it has come after `TRACE_PATIENCE`. */
function completeTrace(
  traces: TerminalOptions['traces'],
  { sessionId, runId }: { readonly sessionId: string; readonly runId: string },
): Promise<TraceView | undefined> {
  const find = () =>
    traceViews(traces.runsIn(sessionId), traces.feedbackOn).find((trace) => trace.runId === runId);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve(find());
    };
    const look = () => {
      if (find()?.runs[0]?.duration !== undefined) end();
    };
    const stop = traces.onChange(look);
    const timer = setTimeout(end, TRACE_PATIENCE);
    look();
  });
}

function directMessages(workspace: TerminalOptions['workspace'], userId: string): string {
  const channel = [...workspace.channels.values()].find(
    ({ kind, members }) => kind === 'im' && members.has(userId),
  );
  if (!channel)
    throw new Error(`expected direct messages between ${userId} and the bot, got none: name a channelId`);
  return channel.id;
}
