import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import type { AnswerEvent } from '../rag/answer-event.js';
import type { AnswerRequest } from '../rag/answer-request.js';
import { runIdFor } from '../threads/run-id.js';
import { sessionIdFor } from '../threads/session-id.js';
import type { MessageKey } from '../threads/thread.js';
import type { Installation } from './connection/installation.js';
import type { SlackBudget } from './connection/slack-budget.js';
import { slackErrorCode } from './connection/slack-errors.js';
import type { SlackReach } from './connection/slack-reach.js';
import { AnswerNotes } from './delivery/answer-notes.js';
import { referenceOf, replyInThread } from './delivery/reply-in-thread.js';
import { sayInThread } from './delivery/say-in-thread.js';
import { questionAbout } from './files/file-names.js';
import { QuestionFiles } from './files/question-files.js';
import type { ReadFiles } from './files/read-files.js';
import { asksForHelp } from './intake/asks-for-help.js';
import type { Journal, OpenQuestion } from './intake/journal.js';
import type { Question } from './intake/question.js';
import { takeAway } from './intake/take-away.js';
import { ThreadQueue } from './intake/thread-queue.js';
import type { Twins } from './intake/twins.js';
import { WaitingMark } from './intake/waiting-mark.js';
import { orAborted } from './or-aborted.js';
import type { ConversationKinds } from './people/conversation-kinds.js';
import type { WhoMayAsk } from './people/who-may-ask.js';
import { permalinkOf } from './reading/message-permalink.js';
import { readThread } from './reading/read-thread.js';
import { ShutdownError } from './shutdown-error.js';
import { StoppedError } from './stopped-error.js';
import type { Notice } from './surfaces/notice.js';
import { within } from './within.js';

export interface AnswerQuestionOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answer: (request: AnswerRequest) => AsyncIterable<AnswerEvent>;
  readonly readFiles: ReadFiles;
  readonly twins: Twins;
  /** Asked before anything is read or shown. */
  readonly whoMayAsk: WhoMayAsk;
  /** What the workspace still lets us call. */
  readonly budget: SlackBudget;
  /** Waits out an outage of Slack: the answer goes on when it is back. */
  readonly reach: SlackReach;
  /** For answers that end as a file. */
  readonly fetch: typeof globalThis.fetch;
  /** What the traces may hold depends on it. */
  readonly kindsOf: ConversationKinds;
  /** Where questions go. */
  readonly notice: Notice;
  /** On every trace. */
  readonly botVersion: string;
  readonly log: Log;
}

const HELP =
  'Ask me something about your team’s documents, for example: _how do I get started?_\n' +
  'I answer in this thread and name my sources. Go on here; once others write too, mention me. I read the thread first.';

/** After giving up, how long the last words may take to reach Slack. */
const LAST_WORDS_MS = 3_000;

/** Of those that wait in a thread: Slack takes few reactions a minute. */
const MOST_MARKED = 10;

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
  readonly open: OpenQuestion;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

interface Parts {
  readonly files: QuestionFiles;
  readonly notes: AnswerNotes;
  readonly runId: string;
  readonly signal: AbortSignal;
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
    const done = this.#answerInTurn(open, read, abort.signal).finally(() => this.#work.delete(runId));
    this.#work.set(runId, { open, abort, done });
    return done;
  }

  /** The questions that are being answered or wait for their turn. */
  atWork(): MessageKey[] {
    return Array.from(this.#work.values(), ({ open }) => open);
  }

  /**
   * Gives up answers that are being written or wait for their turn: each ends as `reason` says, a `StoppedError` or a
   * `SupersededError`. Returns the ends that are awaited, none when there was nothing.
   */
  giveUp(isMeant: (open: OpenQuestion) => boolean, reason: Error): Promise<void>[] {
    const meant = Array.from(this.#work.values()).filter(({ open }) => isMeant(open));
    for (const { abort } of meant) abort.abort(reason);
    return meant.map(({ done }) => done);
  }

  /**
   * Resolves when everything taken is answered. What is still at work after `timeoutMs` is given up: those answers say
   * that they are interrupted, and their questions stay open in the journal.
   */
  async finish(timeoutMs: number): Promise<void> {
    const all = Promise.all(Array.from(this.#work.values(), ({ done }) => done)).then(() => 'finished');
    if ((await within(all, timeoutMs)) === 'finished') return;
    this.giveUp(() => true, new ShutdownError('the bot is shutting down'));
    await within(all, LAST_WORDS_MS);
  }

  async #answerInTurn(
    open: OpenQuestion,
    read: () => Promise<Question | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    const { log, journal } = this.#options;
    const thread = sessionIdFor(open);
    const mark = new WaitingMark(open, this.#options);
    const before = this.#queue.length(thread);
    if (before > 0 && before <= MOST_MARKED) mark.show();
    const work = async () => {
      void mark.clear();
      const question = await read();
      if (question) await this.#deliver(question, open, signal);
    };
    try {
      await this.#queue.run(thread, work, signal);
      // What was given up at the end of the process stays open, for the next start; a superseded one is taken up anew.
      if (!signal.aborted) await journal.finish(open);
    } catch (error) {
      await this.#failed(error, open, signal);
    } finally {
      void mark.clear();
    }
    if (signal.reason instanceof StoppedError)
      await journal.settle(open).catch((error: unknown) => log.error({ err: error }, 'a stop was not noted'));
  }

  async #failed(error: unknown, open: OpenQuestion, signal: AbortSignal): Promise<void> {
    // It was given up while it waited.
    if (signal.aborted && error === signal.reason) return;
    const slackError = slackErrorCode(error);
    const reference = referenceOf(runIdFor(open, open.revision));
    this.#options.log.error({ err: error, slackError, reference }, 'answer not delivered');
    // Anything else may pass: the question stays open and is taken up anew.
    if (NOBODY_THERE.has(slackError ?? '')) await this.#options.journal.settle(open).catch(() => {});
  }

  async #deliver(question: Question, open: OpenQuestion, signal: AbortSignal): Promise<void> {
    const { client, installation, journal, readFiles, twins, whoMayAsk, budget, reach, fetch, log } =
      this.#options;
    const { userId, isSharedChannel } = question;
    const refusal = await whoMayAsk({ channelId: question.key.channelId, userId, isSharedChannel });
    if (refusal !== undefined) return sayInThread(this.#options, question.thread, refusal);
    const files = new QuestionFiles(question, { client, journal, twins, read: readFiles, log });
    const asked = asksForHelp(question.text) && question.files.length === 0 ? '' : question.text;
    const text = asked || questionAbout(await files.found());
    if (text === '')
      return sayInThread(this.#options, question.thread, HELP + this.#options.notice.paragraph);
    const runId = runIdFor(open, open.revision);
    const notes = new AnswerNotes(question, { journal, log });
    const notice = await this.#options.notice.firstIn(question.thread);
    notes.asked();
    const replaces = open.revision > 0 ? await this.#makeRoom(open) : undefined;
    await replyInThread(this.#events({ ...question, text }, { files, notes, runId, signal }), {
      client,
      question,
      runId,
      teamId: installation.teamId,
      botUserId: installation.botUserId,
      budget,
      reach,
      fetch,
      log,
      footnote: async () => (await files.footnote()) + notice,
      replaces,
      onMessage: (ts) => notes.began(ts),
    }).finally(() => notes.written());
  }

  /** Of an answer to the question as it was before, the message to put the new one into; its other messages go. */
  async #makeRoom(open: OpenQuestion): Promise<string | undefined> {
    const { client, journal } = this.#options;
    const [first, ...others] = (await journal.find(open))?.answerTs ?? [];
    for (const ts of others) await takeAway(client, open.channelId, ts);
    if (first === undefined || others.length === 0) return first;
    await journal.forgetAnswer(open);
    await journal.answerBegan(open, first);
    return first;
  }

  async *#events(question: Question, { files, notes, runId, signal }: Parts): AsyncGenerator<AnswerEvent> {
    const { answer, kindsOf, reach } = this.#options;
    const people = new Set<string>();
    const reading = reach.read(
      () => readThread(this.#options, question, (userId) => people.add(userId)),
      signal,
    );
    const { channelId } = question.key;
    const kinds = kindsOf({ channelId, channelType: question.channelType });
    const material = Promise.all([reading, files.read(signal), kinds]);
    const [turns, attachments, conversation] = await orAborted(material, signal);
    notes.people(people);
    yield* answer({
      question: question.text,
      userId: question.userId,
      askedAt: Math.round(Number(question.key.messageTs) * 1_000),
      ...(attachments.length > 0 && { attachments }),
      turns,
      sessionId: sessionIdFor(question.thread),
      runId,
      conversation,
      labels: this.#labels(question),
      signal,
    });
  }

  #labels({ key, thread, userId }: Question): Record<string, string> {
    const { channelId, messageTs } = key;
    const permalink = permalinkOf(this.#options.installation, channelId, messageTs, thread.threadTs);
    return {
      team: key.tenantId,
      channel: key.channelId,
      ...(userId && { user: userId }),
      message_ts: key.messageTs,
      thread_ts: thread.threadTs,
      ...(permalink && { permalink }),
      bot_version: this.#options.botVersion,
    };
  }
}
