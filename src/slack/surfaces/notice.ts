import type { Thread } from '../../threads/thread.js';
import type { Journal } from '../intake/journal.js';

export interface NoticeOptions {
  readonly journal: Pick<Journal, 'knowsChannel'>;
  /** Absent: nothing is said. */
  readonly text: string | undefined;
}

/** Channel ids, some 50 bytes each. */
const MOST_KNOWN = 5_000;

/** What becomes of questions: said with the help, and under the first answer in a channel. */
export class Notice {
  readonly #journal: NoticeOptions['journal'];
  readonly #known = new Set<string>();
  /** As a paragraph of its own; empty when nothing is said. Told from an answer by its italics. */
  readonly paragraph: string;

  constructor({ journal, text }: NoticeOptions) {
    this.#journal = journal;
    this.paragraph = text === undefined ? '' : `\n\n_${text.replace(/[\s_]+/g, ' ').trim()}_`;
  }

  /**
   * Asked before the journal notes the question's thread. In a direct message the help is where it is said. Channels in which
   * the bot was not asked for as long as the journal remembers threads count as new.
   */
  async firstIn({ tenantId, channelId }: Thread): Promise<string> {
    const name = `${tenantId}:${channelId}`;
    if (this.paragraph === '' || channelId.startsWith('D') || this.#known.has(name)) return '';
    // Two questions at once in a new channel need it once.
    this.#known.add(name);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    // A journal that cannot be read must not keep the answer.
    return (await this.#journal.knowsChannel({ tenantId, channelId }).catch(() => true))
      ? ''
      : this.paragraph;
  }
}
