import { setTimeout } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import type { AnswerEvent } from '../rag/answer-event.js';
import type { AnswerRequest } from '../rag/answer-request.js';
import { runIdFor } from '../threads/run-id.js';
import { sessionIdFor } from '../threads/session-id.js';
import type { MessageKey } from '../threads/thread.js';
import type { Installation } from './installation.js';
import type { Journal, OpenQuestion } from './journal.js';
import type { Question } from './question.js';
import { readThread } from './read-thread.js';
import { referenceOf, replyInThread } from './reply-in-thread.js';
import { ShutdownError } from './shutdown-error.js';
import { slackErrorCode } from './slack-errors.js';
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

/** After giving up, how long the last words may take to reach Slack. */
const LAST_WORDS_MS = 3_000;

/** Slack's refusals that last: the thread, the channel or the bot's place in it is gone. */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  'account_inactive',
  'cannot_reply_to_message',
  'channel_not_found',
  'is_archived',
  'message_not_found',
  'not_in_channel',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'thread_not_found',
]);

interface Work {
  readonly key: MessageKey;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** From a question to its answer in the thread: queue, memory, chain, delivery, journal. */
export class AnswerQuestion {
  readonly #options: AnswerQuestionOptions;
  readonly #queue = new ThreadQueue();
  readonly #work = new Map<string, Work>();

  constructor(options: AnswerQuestionOptions) {
    this.#options = options;
  }

  /** Answers when the thread's earlier questions are answered. Never rejects: what fails is logged with its reference. */
  answer(question: Question): Promise<void> {
    return this.answerLater(
      { ...question.key, threadTs: question.thread.threadTs, revision: 0 },
      async () => question,
    );
  }

  /** The same for a question that is read when its turn comes; settled without an answer when there is none any more. */
  answerLater(open: OpenQuestion, read: () => Promise<Question | undefined>): Promise<void> {
    const runId = runIdFor(open, open.revision);
    const abort = new AbortController();
    const done = this.#answerInTurn(open, read, runId, abort.signal).finally(() => this.#work.delete(runId));
    this.#work.set(runId, { key: open, abort, done });
    return done;
  }

  /** The questions that are being answered or wait for their turn. */
  atWork(): MessageKey[] {
    return Array.from(this.#work.values(), ({ key }) => key);
  }

  /**
   * Resolves when everything taken is answered. What is still at work after `timeoutMs` is given up: those answers say
   * that they are interrupted, and their questions stay open in the journal.
   */
  async finish(timeoutMs: number): Promise<void> {
    const all = Promise.all(Array.from(this.#work.values(), ({ done }) => done)).then(() => 'finished');
    if ((await within(all, timeoutMs)) === 'finished') return;
    const reason = new ShutdownError('the bot is shutting down');
    for (const { abort } of this.#work.values()) abort.abort(reason);
    await within(all, LAST_WORDS_MS);
  }

  async #answerInTurn(
    open: OpenQuestion,
    read: () => Promise<Question | undefined>,
    runId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { log, journal } = this.#options;
    try {
      await this.#queue.run(sessionIdFor(open), async () => {
        signal.throwIfAborted();
        const question = await read();
        if (question) await this.#deliver(question, runId, signal);
      });
      // What was given up stays open: the next start answers it again.
      if (!signal.aborted) await journal.settle(open);
    } catch (error) {
      const slackError = slackErrorCode(error);
      log.error({ err: error, slackError, reference: referenceOf(runId) }, 'answer not delivered');
      // Anything else may pass: the question stays open and is taken up anew.
      if (NOBODY_THERE.has(slackError ?? '')) await journal.settle(open).catch(() => {});
    }
  }

  async #deliver(question: Question, runId: string, signal: AbortSignal): Promise<void> {
    const { client, installation, log } = this.#options;
    if (question.text === '') return this.#help(question);
    await replyInThread(this.#events(question, runId, signal), {
      client,
      question,
      runId,
      teamId: installation.teamId,
      log,
      footnote: () => this.#unreadFiles(question),
    });
  }

  async *#events(question: Question, runId: string, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const { client, installation, answer } = this.#options;
    yield* answer({
      question: question.text,
      askedAt: Math.round(Number(question.key.messageTs) * 1_000),
      turns: await readThread(client, question, installation.botUserId),
      sessionId: sessionIdFor(question.thread),
      runId,
      labels: this.#labels(question),
      signal,
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
    const { journal, log } = this.#options;
    // An answer that is complete must not end as failed for want of its footnote.
    const { length } = await journal.fileIds(key).catch((error: unknown) => {
      log.warn({ err: error }, 'files not looked up');
      return [];
    });
    if (length === 0) return '';
    const files = length === 1 ? 'the attached file' : `the ${length} attached files`;
    return `\n\n_I did not read ${files}: I can only read the text of messages._`;
  }
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const timer = new AbortController();
  const late = setTimeout(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const first = await Promise.race([work, late]);
  timer.abort();
  return first;
}
