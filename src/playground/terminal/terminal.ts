import { createInterface } from 'node:readline';
import type { TraceRecorder } from '../recorded-run.js';
import { type TraceView, traceViews } from '../view/trace-view.js';
import { terminalStyle } from './terminal-style.js';
import { createTerminalTalk, type TalkOptions } from './terminal-talk.js';
import { terminalTrace } from './terminal-trace.js';

export interface TerminalOptions extends Pick<TalkOptions, 'workspace' | 'post'> {
  /** What LangSmith received, for `/trace`. */
  readonly traces: Pick<TraceRecorder, 'runsIn' | 'feedbackOn' | 'onChange'>;
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
/quit   ends; so does Ctrl-D
Ctrl-C  stops the answer that is being written, and so does the word stop; without one it ends`;
/** What begins so is never a question; "/etc/hosts is missing" is one. */
const COMMAND = /^(\/\w+)(?:\s.*)?$/s;
const STOP = /^(?:stop|cancel)[.!]?$/i;
/** Milliseconds that `/trace` waits for a trace to be complete: runs are sent in batches. */
const TRACE_PATIENCE = 5_000;

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
  const say = (text: string) => output.write(text);
  const prompt = style.accent('> ');
  const talk = createTerminalTalk({ ...options, userId, channelId, say, style, isTTY, patience });

  const lines = createInterface({ input, terminal: isTTY, prompt, ...(isTTY && { output }) });
  const isHeard = isTTY ? hearAtOnce() : () => false;
  let isOpen = true;
  lines.once('close', () => {
    isOpen = false;
  });
  say(`${style.dim(GREETING)}\n`);
  if (isTTY) lines.prompt();
  for await (const line of lines) {
    if (isHeard()) continue;
    const typed = line.trim();
    if (typed === '/quit') break;
    await obey(typed);
    if (isTTY && isOpen) lines.prompt();
  }
  lines.close();

  /** What cannot wait for the end of an answer. @returns whether the next line of the loop was such a thing */
  function hearAtOnce(): () => boolean {
    const heard = new Set<number>();
    let written = 0;
    let read = 0;
    lines.on('line', (line) => {
      if (talk.isAsking() && STOP.test(line.trim())) {
        heard.add(written);
        talk.stop();
      }
      written += 1;
    });
    // In raw mode Ctrl-C is a key and no signal: nobody else hears it.
    lines.on('SIGINT', () => {
      if (talk.stop()) return;
      talk.leave();
      lines.close();
    });
    return () => heard.delete(read++);
  }

  async function obey(typed: string): Promise<void> {
    const command = COMMAND.exec(typed)?.[1];
    if (typed === '/new') {
      talk.startAnew();
      say(`${style.dim('The next question starts a new thread.')}\n`);
    } else if (typed === '/help') {
      say(`${style.dim(HELP)}\n`);
    } else if (typed === '/trace') {
      say(`${await lastTrace()}\n\n`);
    } else if (command) {
      const isKnown = HELP.includes(`${command} `);
      say(`${style.dim(isKnown ? `Nothing stands behind ${command}.` : `There is no ${command} here.`)}\n`);
      say(`${style.dim(HELP)}\n`);
    } else if (typed !== '') {
      if (!isTTY) say(`${prompt}${typed}\n`);
      await talk.ask(typed);
    }
  }

  async function lastTrace(): Promise<string> {
    const answered = talk.answered();
    if (!answered) return style.dim('There is no answer yet whose trace could be shown.');
    const trace = await completeTrace(options.traces, answered);
    return trace ? terminalTrace(trace, style) : style.dim('LangSmith has not received this trace.');
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
