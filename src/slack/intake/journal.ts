import type { MessageKey, Thread } from '../../threads/thread.js';

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
  /** The first revision of the question as it stands now: answers of earlier ones are to a text that was changed. */
  readonly askedRevision: number;
  readonly wish: Wish | undefined;
}

/** What has become of a question while it is answered: noted where every process sees it, whichever is at work on it. */
export type Wish = 'stopped' | 'edited' | 'deleted';

export interface WishedMessage extends MessageKey {
  readonly wish: Wish;
}

/** What the journal knows of the bot's messages in a thread. */
export interface ThreadAnswers {
  readonly answerTs: readonly string[];
  /** Another process answers there at the moment. */
  readonly othersAtWork: boolean;
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
  /** Settles a question that was answered, unless this was an old revision of it, or it was changed or deleted meanwhile. */
  finish(question: OpenQuestion): Promise<boolean>;
  /** The message, if it was taken. */
  find(message: MessageKey): Promise<TakenMessage | undefined>;
  /** Notes a message of the answer as soon as Slack has it: whoever takes the question up again finds it there. */
  answerBegan(message: MessageKey, answerTs: string): Promise<void>;
  /** The answer's messages are no more. */
  forgetAnswer(message: MessageKey): Promise<void>;
  /** Opens a taken message for a new answer, with its revision raised. Undefined when it was never taken. */
  reopen(message: MessageKey): Promise<OpenQuestion | undefined>;
  /** Notes what has become of an open question, for whichever process is at work on it. False when it is not open. */
  wish(message: MessageKey, wish: Wish): Promise<boolean>;
  /**
   * Notes that a thread's open questions from before `before` are to be stopped, and says which they are. Without `threadTs`
   * those of the whole channel.
   */
  stop(
    thread: Omit<Thread, 'threadTs'> & { readonly threadTs?: string | undefined },
    before: string,
  ): Promise<MessageKey[]>;
  /** What has become of these, as far as anything has. */
  wishes(messages: readonly MessageKey[]): Promise<WishedMessage[]>;
  answersIn(thread: Thread): Promise<ThreadAnswers>;
  /** What is known of a thread; undefined when the bot was never asked there. */
  thread(thread: Thread): Promise<ThreadState | undefined>;
  /** Whether the bot was asked anywhere in the channel, as far back as threads are remembered. */
  knowsChannel(channel: Omit<Thread, 'threadTs'>): Promise<boolean>;
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
