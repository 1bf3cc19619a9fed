import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { Attachment } from '../../rag/attachment.js';
import { patiently } from '../connection/patiently.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import type { Journal } from '../intake/journal.js';
import type { Question } from '../intake/question.js';
import type { Twins } from '../intake/twins.js';
import { type AttachedFile, attachedFileOf, unknownFile } from './attached-file.js';
import { FILE_LIMITS } from './file-limits.js';
import type { ReadFiles } from './read-files.js';
import { unreadFootnote } from './unread-footnote.js';

export interface QuestionFilesOptions {
  readonly client: WebClient;
  readonly journal: Pick<Journal, 'fileIds'>;
  readonly twins: Pick<Twins, 'wait'>;
  readonly read: ReadFiles;
  readonly log: Log;
}

/** A rate limit that is longer costs the file: it is named as not read. */
const MAX_WAIT_MS = 5_000;
const LATE = 'reached me only after I had begun: attach it again with your question';

/**
 * The files of one question, found once and read once. A message event names them. A mention does not, and neither costs a
 * call to Slack: its twin does, which usually comes within milliseconds and leaves their ids in the journal. What comes later
 * is named at the end as not read.
 */
export class QuestionFiles {
  readonly #question: Question;
  readonly #options: QuestionFilesOptions;
  #found: Promise<readonly AttachedFile[]> | undefined;
  #attachments: readonly Attachment[] = [];

  constructor(question: Question, options: QuestionFilesOptions) {
    this.#question = question;
    this.#options = options;
  }

  /** Never rejects: a file that cannot be looked up is one that is not read. */
  found(): Promise<readonly AttachedFile[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  /** Rejects only when the signal is aborted. */
  async read(signal: AbortSignal): Promise<readonly Attachment[]> {
    this.#attachments = await this.#options.read(await this.found(), signal);
    return this.#attachments;
  }

  /** What of the files was not read, for the end of the answer. Never rejects: an answer must not fail for want of it. */
  async footnote(): Promise<string> {
    const found = await this.found();
    const known = new Set(found.map(({ id }) => id));
    const late = this.#question.filesKnown ? [] : (await this.#ids()).filter((id) => !known.has(id));
    const unread = (await this.#lookUp(late.map(unknownFile))).map(
      ({ name }): Attachment => ({ kind: 'unread', name, reason: LATE }),
    );
    return unreadFootnote([...this.#attachments, ...unread]);
  }

  async #find(): Promise<readonly AttachedFile[]> {
    const { files, filesKnown, key } = this.#question;
    if (filesKnown) return this.#lookUp(files);
    await this.#options.twins.wait(key, FILE_LIMITS.twinMs);
    return this.#lookUp((await this.#ids()).map(unknownFile));
  }

  async #ids(): Promise<string[]> {
    return this.#options.journal.fileIds(this.#question.key).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'files not looked up');
      return [];
    });
  }

  /** Files of another organisation come as ids, which Slack asks to look up, and so do those that the journal names. */
  #lookUp(files: readonly AttachedFile[]): Promise<AttachedFile[]> {
    const { client } = this.#options;
    return Promise.all(
      files.map(async (file, index) => {
        if (file.access !== 'check_file_info' || index >= FILE_LIMITS.files) return file;
        try {
          const info = await patiently(() => client.files.info({ file: file.id }), MAX_WAIT_MS);
          return attachedFileOf(info.file) ?? file;
        } catch (error) {
          const code = slackErrorCode(error);
          this.#options.log.warn({ err: error, file: file.id, slackError: code }, 'file not looked up');
          return { ...file, access: code ?? file.access };
        }
      }),
    );
  }
}
