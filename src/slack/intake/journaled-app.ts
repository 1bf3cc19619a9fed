import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { IsForBot } from './follow-ups.js';
import type { Journal } from './journal.js';
import type { Question } from './question.js';
import { type ThreadEvent, threadEventIn } from './thread-event.js';
import type { Twins } from './twins.js';

export interface JournaledAppOptions {
  readonly app: AppOptions;
  readonly journal: Journal;
  /** Told of every question's `message` event. */
  readonly twins: Pick<Twins, 'arrived'>;
  /** Asked about replies that do not name the bot. */
  readonly isFollowUp: IsForBot;
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
    const said = threadEventIn(event.body, this.#options.botUserId);
    const isNew = said ? await this.#isNew(said) : event.body?.event?.type !== 'message';
    if (isNew) await super.processEvent(event);
    // Talk among people, twins and redeliveries: acknowledged without a listener or an API call, talk without a row.
    else await event.ack();
  }

  async #isNew(said: ThreadEvent): Promise<boolean> {
    if (said.type !== 'question' && said.type !== 'talk') return true;
    if (said.type === 'talk' && !(await durable(this.#options.isFollowUp(said)))) return false;
    const { filesKnown, files, key } = said.question;
    if (filesKnown && files.length === 0) this.#options.twins.arrived(key);
    const claim = await this.#claim(said.question);
    if (filesKnown && files.length > 0) this.#options.twins.arrived(key);
    return claim === 'first';
  }

  async #claim(question: Question): Promise<'first' | 'seen'> {
    const { tenantId, channelId, messageTs } = question.key;
    const name = `${tenantId}:${channelId}:${messageTs}`;
    // Most twins and redeliveries come at once. Only files make one worth a row of the journal.
    if (this.#claimed.has(name) && question.files.length === 0) return 'seen';
    const ids = question.files.map(({ id }) => id);
    const claim = await durable(this.#options.journal.claim(question.key, question.thread.threadTs, ids));
    this.#claimed.add(name);
    const [oldest] = this.#claimed;
    if (this.#claimed.size > MOST_REMEMBERED && oldest !== undefined) this.#claimed.delete(oldest);
    return claim;
  }
}

async function durable<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (cause) {
    throw new NotJournaledError(
      'the journal must take a question before it is acknowledged, got an error: is the disk full?',
      { cause },
    );
  }
}
