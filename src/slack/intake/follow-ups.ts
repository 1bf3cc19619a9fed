import { controlWord } from './control-word.js';
import type { Journal } from './journal.js';
import type { ThreadEvent } from './thread-event.js';

export interface FollowUpsOptions {
  readonly journal: Pick<Journal, 'thread' | 'joined'>;
  /** `thread`: in a thread of two the asker goes on without a mention. `mention`: never. */
  readonly mode: 'thread' | 'mention';
  /** Whether words ask nothing, like "will do". */
  readonly isRemark: (text: string) => boolean;
}

/** Whether talk that does not name the bot is for it all the same. Rejects when the journal cannot tell. */
export type IsForBot = (talk: ThreadEvent & { readonly type: 'talk' }) => Promise<boolean>;

/**
 * A thread that the bot was asked in belongs to its asker and the bot until somebody else writes there; then a mention is
 * needed again. Words like "stop" are for the bot in every thread that it was asked in.
 */
export function createFollowUps({ journal, mode, isRemark }: FollowUpsOptions): IsForBot {
  return async ({ question: { thread, userId, text }, toOthers }) => {
    const isCommand = controlWord(text) !== undefined;
    if (userId === undefined || (mode === 'mention' && !isCommand)) return false;
    const state = await journal.thread(thread);
    if (!state) return false;
    const isAsker = userId === state.asker;
    if (!isAsker && !state.joined) await journal.joined(thread);
    return isCommand || (isAsker && !state.joined && !state.muted && !toOthers && !isRemark(text));
  };
}
