import type { MessageKey } from '../threads/thread.js';

/** A question that was taken but not yet answered: ids only, never text. */
export interface OpenQuestion extends MessageKey {
  readonly threadTs: string;
  /** Raised each time the answer is begun anew; part of the run id. */
  readonly revision: number;
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
  /**
   * Takes over what a dead process left open: everything of this owner at start (`all`), else what has not been renewed
   * within its lease. Each question is given to one caller only, with its revision raised.
   */
  takeOver(options: { readonly all: boolean }): Promise<OpenQuestion[]>;
  /** Keeps questions at work from being taken over. Call it well within the lease. */
  renew(messages: readonly MessageKey[]): Promise<void>;
  /** Forgets settled messages older than Slack's last redelivery by a wide margin. */
  prune(): Promise<void>;
}
