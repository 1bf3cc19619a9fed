import { runIdOf } from '../run-id-of.js';
import type { Message } from '../slack/model.js';
import type { Workspace } from '../slack/workspace.js';
import { messageText } from '../view/message-text.js';

export interface FollowOptions {
  readonly workspace: Pick<
    Workspace,
    'teamId' | 'botUserId' | 'users' | 'channels' | 'thread' | 'status' | 'session' | 'onChange'
  >;
  readonly channelId: string;
  readonly question: Pick<Message, 'ts' | 'threadTs'>;
  /** The next piece of the answer. */
  readonly onText: (text: string) => void;
  /** What the bot is doing now. */
  readonly onStatus: (status: string) => void;
  /** Milliseconds without any change in the thread. */
  readonly patience: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/**
 * Follows the bot's answer to a question from the first status to the end: when its last message is complete and the
 * bot has neither a status nor a session at work.
 *
 * @returns the run id of the answer, or undefined when nothing came within `patience`, or nobody waited for it.
 */
export function followAnswer(options: FollowOptions): Promise<{ runId: string | undefined } | undefined> {
  const { workspace, channelId, question, onText, onStatus, patience, signal } = options;
  const threadTs = question.threadTs ?? question.ts;
  const nameOf = (id: string) => workspace.users.get(id)?.realName ?? workspace.channels.get(id)?.name;
  const shown = new Map<string, string>();
  let lastStatus: string | undefined;

  function answers(): Message[] {
    return workspace
      .thread(channelId, threadTs)
      .filter(({ ts, userId }) => userId === workspace.botUserId && ts > question.ts);
  }

  function show(message: Message, isFirst: boolean): void {
    const before = shown.get(message.ts);
    const text = messageText(message, nameOf);
    if (text === (before ?? '')) return;
    shown.set(message.ts, text);
    if (before !== undefined && text.startsWith(before)) onText(text.slice(before.length));
    else onText(`${isFirst && before === undefined ? '' : '\n\n'}${text}`);
  }

  return new Promise((resolve) => {
    const stopWatching = workspace.onChange(look);
    const giveUp = setTimeout(end, patience);
    const leave = () => end();
    signal?.addEventListener('abort', leave);
    look();

    function look(): void {
      giveUp.refresh();
      const status = workspace.status(channelId, threadTs)?.status;
      const messages = answers();
      // Slack may set a status behind the first words that it was to announce.
      if (status !== lastStatus && status && messages.length === 0) onStatus(status);
      lastStatus = status;
      for (const message of messages) show(message, message === messages[0]);
      const last = messages.at(-1);
      const isAtWork =
        status ||
        workspace.session(channelId, threadTs) === 'processing' ||
        messages.some(({ stream }) => stream?.state === 'in_progress');
      if (last && !isAtWork) end({ runId: runIdOf(workspace, last) });
    }

    function end(answer?: { runId: string | undefined }): void {
      clearTimeout(giveUp);
      signal?.removeEventListener('abort', leave);
      stopWatching();
      resolve(answer);
    }
  });
}
