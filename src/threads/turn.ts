/** One message of a thread as the model sees it. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  /** Readable text: Slack's markup and entities already decoded. */
  readonly text: string;
  /** Who wrote it, for user turns. */
  readonly userId?: string | undefined;
  readonly messageTs: string;
}
