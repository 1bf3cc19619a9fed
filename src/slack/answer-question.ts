import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import type { AnswerEvent } from '../rag/answer-event.js';
import type { AnswerRequest } from '../rag/answer-request.js';
import { runIdFor } from '../threads/run-id.js';
import { sessionIdFor } from '../threads/session-id.js';
import type { MessageKey } from '../threads/thread.js';
import type { Installation } from './installation.js';
import type { Journal } from './journal.js';
import type { Question } from './question.js';
import { readThread } from './read-thread.js';
import { referenceOf, replyInThread } from './reply-in-thread.js';
import { ShutdownError } from './shutdown-error.js';
import { ThreadQueue } from './thread-queue.js';

export interface AnswerQuestionOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answer: (request: AnswerRequest) => AsyncIterable<AnswerEvent>;
  /** On every trace. */
  readonly botVersion: string;
  readonly log: Log;
}

const HELP =
  'Ask me something about your team’s documents, for example: _how do I get started?_\n' +
  'I answer in this thread and name my sources. Reply here with another mention of me to go on; I read the thread first.';

/** From a question to its answer in the thread: queue, memory, chain, delivery, journal. */
export class AnswerQuestion {
  readonly #options: AnswerQuestionOptions;
  readonly #queue = new ThreadQueue();
  readonly #abort = new AbortController();
  readonly #atWork = new Map<string, MessageKey>();

  constructor(options: AnswerQuestionOptions) {
    this.#options = options;
  }

  /** Answers when the thread's earlier questions are answered. Never rejects: what fails is logged with its reference. */
  async answer(question: Question, revision = 0): Promise<void> {
    const runId = runIdFor(question.key, revision);
    const { log, journal } = this.#options;
    this.#atWork.set(runId, question.key);
    try {
      await this.#queue.run(sessionIdFor(question.thread), () => this.#answerNow(question, runId));
      // What was given up stays open: the next start answers it again.
      if (!this.#abort.signal.aborted) await journal.settle(question.key);
    } catch (error) {
      log.error({ err: error, reference: referenceOf(runId) }, 'answer not delivered');
    } finally {
      this.#atWork.delete(runId);
    }
  }

  /** The questions that are being answered or wait for their turn. */
  atWork(): MessageKey[] {
    return [...this.#atWork.values()];
  }

  /**
   * Resolves when everything taken is answered. What is still at work after `timeoutMs` is given up: those answers say
   * that they are interrupted, and their questions stay open in the journal.
   */
  async finish(timeoutMs: number): Promise<void> {
    const giveUp = setTimeout(
      () => this.#abort.abort(new ShutdownError('the bot is shutting down')),
      timeoutMs,
    );
    await this.#queue.idle();
    clearTimeout(giveUp);
  }

  async #answerNow(question: Question, runId: string): Promise<void> {
    const { client, installation, log } = this.#options;
    if (question.text === '') return this.#help(question);
    await replyInThread(this.#events(question, runId), {
      client,
      question,
      runId,
      teamId: installation.teamId,
      log,
      footnote: () => this.#unreadFiles(question),
    });
  }

  async *#events(question: Question, runId: string): AsyncGenerator<AnswerEvent> {
    const { client, installation, answer } = this.#options;
    yield* answer({
      question: question.text,
      turns: await readThread(client, question, installation.botUserId),
      sessionId: sessionIdFor(question.thread),
      runId,
      labels: this.#labels(question),
      signal: this.#abort.signal,
    });
  }

  #labels({ key, thread, userId }: Question): Record<string, string> {
    return {
      team: key.tenantId,
      channel: key.channelId,
      ...(userId && { user: userId }),
      message_ts: key.messageTs,
      thread_ts: thread.threadTs,
      bot_version: this.#options.botVersion,
    };
  }

  async #help({ thread }: Question): Promise<void> {
    await this.#options.client.chat.postMessage({
      channel: thread.channelId,
      thread_ts: thread.threadTs,
      text: HELP,
      unfurl_links: false,
      unfurl_media: false,
    });
  }

  /** Asked for at the end of the answer: the twin that names a mention's files may come after it. */
  async #unreadFiles({ key }: Question): Promise<string> {
    const { length } = await this.#options.journal.fileIds(key);
    if (length === 0) return '';
    const files = length === 1 ? 'the attached file' : `the ${length} attached files`;
    return `\n\n_I did not read ${files}: I can only read the text of messages._`;
  }
}
