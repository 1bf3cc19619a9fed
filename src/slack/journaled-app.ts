import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Journal } from './journal.js';
import { type Question, questionIn } from './question.js';

export interface JournaledAppOptions {
  readonly app: AppOptions;
  readonly journal: Journal;
  readonly botUserId: string;
}

/** The journal could not be written: the event is left unacknowledged, and Slack sends it again. */
export class NotJournaledError extends Error {
  override name = 'NotJournaledError';
}

/** About 60 bytes each. */
const MOST_REMEMBERED = 2_000;

/**
 * Bolt acknowledges an event before its listeners run and remembers nothing. Here a question is written to the journal
 * first, so that an acknowledged question is never lost and never answered twice.
 */
export class JournaledApp extends App {
  readonly #options: Omit<JournaledAppOptions, 'app'>;
  /** Messages that are in the journal for certain, the newest of them. */
  readonly #claimed = new Set<string>();

  constructor({ app, ...options }: JournaledAppOptions) {
    super(app);
    this.#options = options;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const question = questionIn(event.body, this.#options.botUserId);
    if (question) {
      if ((await this.#claim(question)) === 'first') return super.processEvent(event);
      await event.ack();
    } else if (event.body?.event?.type === 'message') {
      // Talk among people: acknowledged without a row, a listener or an API call.
      await event.ack();
    } else {
      await super.processEvent(event);
    }
  }

  async #claim(question: Question): Promise<'first' | 'seen'> {
    const { tenantId, channelId, messageTs } = question.key;
    const name = `${tenantId}:${channelId}:${messageTs}`;
    // Most twins and redeliveries come at once. Only files make one worth a row of the journal.
    if (this.#claimed.has(name) && question.files.length === 0) return 'seen';
    const claim = await this.#claimDurably(question);
    this.#claimed.add(name);
    const [oldest] = this.#claimed;
    if (this.#claimed.size > MOST_REMEMBERED && oldest !== undefined) this.#claimed.delete(oldest);
    return claim;
  }

  async #claimDurably(question: Question): Promise<'first' | 'seen'> {
    try {
      return await this.#options.journal.claim(
        question.key,
        question.thread.threadTs,
        question.files.map(({ id }) => id),
      );
    } catch (cause) {
      throw new NotJournaledError(
        'the journal must take a question before it is acknowledged, got an error: is the disk full?',
        { cause },
      );
    }
  }
}
