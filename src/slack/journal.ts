import type { MessageKey, Thread } from '../threads/thread.js';

/** A question that was taken but not yet answered: ids only, never text. */
export interface OpenQuestion extends MessageKey {
  readonly threadTs: string;
  /** Raised each time the answer is begun anew; part of the run id. */
  readonly revision: number;
}

/** A message that was taken, answered or not. */
export interface TakenMessage extends OpenQuestion {
  readonly settled: boolean;
  /** The messages in which it was answered, oldest first. */
  readonly answerTs: readonly string[];
}

/** A thread in which the bot was asked. */
export interface ThreadState {
  /** Who asked first. */
  readonly asker: string;
  /** Somebody else has written there since: it is a talk among people, and the bot is spoken to by name. */
  readonly joined: boolean;
  readonly muted: boolean;
}

/**
 * What Slack cannot answer cheaply: which messages were taken, and which of them are answered. Fulfilled by `database/`.
 * Every call rejects when the row could not be made durable.
 */
export interface Journal {
  /**
   * Takes a message before its event is acked. `first` for exactly one caller, `seen` for redeliveries and twins,
   * whatever process or replica they reach. `fileIds` are added to the row either way: only a mention's twin names them.
   */
  claim(message: MessageKey, threadTs: string, fileIds: readonly string[]): Promise<'first' | 'seen'>;
  /** The files that any of the message's events named, in the order of their arrival. */
  fileIds(message: MessageKey): Promise<string[]>;
  /** The message was answered, or needs no answer any more. */
  settle(message: MessageKey): Promise<void>;
  /** The message, if it was taken. */
  find(message: MessageKey): Promise<TakenMessage | undefined>;
  /** Notes a message of the answer as soon as Slack has it: whoever takes the question up again finds it there. */
  answerBegan(message: MessageKey, answerTs: string): Promise<void>;
  /** The answer's messages are no more. */
  forgetAnswer(message: MessageKey): Promise<void>;
  /** Opens a taken message for a new answer, with its revision raised. Undefined when it was never taken. */
  reopen(message: MessageKey): Promise<OpenQuestion | undefined>;
  /** What is known of a thread; undefined when the bot was never asked there. */
  thread(thread: Thread): Promise<ThreadState | undefined>;
  /** Somebody was answered in the thread: its first asker, or one who joins. */
  asked(thread: Thread, userId: string): Promise<void>;
  /** Somebody other than the first asker wrote in the thread. */
  joined(thread: Thread): Promise<void>;
  /** `false` when the bot was never asked in the thread. */
  mute(thread: Thread, muted: boolean): Promise<boolean>;
  /**
   * Takes over what a dead process left open: everything of this owner at start (`all`), else what has not been renewed
   * within its lease. Each question is given to one caller only, with its revision raised.
   */
  takeOver(options: { readonly all: boolean }): Promise<OpenQuestion[]>;
  /** Keeps questions at work from being taken over. Call it well within the lease. */
  renew(messages: readonly MessageKey[]): Promise<void>;
  /** Forgets settled messages older than Slack's last redelivery by a wide margin, and threads at rest for long. */
  prune(): Promise<void>;
}
