import type { KnownBlock } from '@slack/types';
import { v7 as uuidv7 } from 'uuid';
import type { Log } from '../../logger.js';
import type { AnswerEvent } from '../../rag/answer-event.js';
import type { AnswerRequest } from '../../rag/answer-request.js';
import { privateThread } from '../../threads/private-thread.js';
import { sessionIdFor } from '../../threads/session-id.js';
import type { Turn } from '../../threads/turn.js';
import type { Installation } from '../connection/installation.js';
import type { ShowPrivately } from '../connection/response-url.js';
import { closingBlocks, partBlocks } from '../delivery/blocks.js';
import { CitationPlacer } from '../delivery/citation-placer.js';
import { privateMessages } from '../delivery/private-messages.js';
import { referenceOf } from '../delivery/reply-in-thread.js';
import { SafeMarkdown } from '../firewall/safe-markdown.js';
import { ThreadQueue } from '../intake/thread-queue.js';
import type { ConversationKinds } from '../people/conversation-kinds.js';
import type { WhoMayAsk } from '../people/who-may-ask.js';
import { permalinkOf } from '../reading/message-permalink.js';
import { ShutdownError } from '../shutdown-error.js';
import { within } from '../within.js';
import { shareButton } from './shared-question.js';

/** A question without a message of its own. */
export interface PrivateQuestion {
  readonly tenantId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly text: string;
  /** The message that it is about; empty for a question on its own. */
  readonly turns: readonly Turn[];
  readonly surface: 'slash_command' | 'message_shortcut';
  readonly responseUrl: string;
}

export interface PrivateAnswersOptions {
  readonly answer: (request: AnswerRequest) => AsyncIterable<AnswerEvent>;
  readonly whoMayAsk: WhoMayAsk;
  readonly show: ShowPrivately;
  readonly installation: Pick<Installation, 'workspaceUrl'>;
  /** What the traces may hold depends on it. */
  readonly kindsOf: ConversationKinds;
  /** On every trace. */
  readonly botVersion: string;
  readonly log: Log;
  readonly newRunId?: () => string;
  readonly now?: () => number;
}

const RESTARTING = '_I am being restarted. Please ask again in a minute._';
/** After giving up, how long the last words may take to reach Slack. */
const LAST_WORDS_MS = 3_000;

/**
 * Answers that one person alone sees. Nothing is written down before Slack is told that the question was taken: Slack keeps no
 * private message that could be found again. A restart ends them with a sentence that says so.
 */
export class PrivateAnswers {
  readonly #options: PrivateAnswersOptions;
  readonly #queue = new ThreadQueue();
  readonly #work = new Map<AbortController, Promise<void>>();

  constructor(options: PrivateAnswersOptions) {
    this.#options = options;
  }

  /** Answers when the person's earlier private questions there are answered. Never rejects: what fails is logged. */
  answer(question: PrivateQuestion): Promise<void> {
    const { newRunId = uuidv7, log } = this.#options;
    const runId = newRunId();
    const abort = new AbortController();
    const sessionId = sessionIdFor(privateThread(question));
    const done = this.#queue
      .run(sessionId, () => this.#deliver(question, { runId, sessionId, signal: abort.signal }))
      .catch((error) =>
        log.error({ err: error, reference: referenceOf(runId) }, 'private answer not delivered'),
      )
      .finally(() => this.#work.delete(abort));
    this.#work.set(abort, done);
    return done;
  }

  /** Resolves when everything taken is answered; what is still at work after `timeoutMs` is given up and says so. */
  async finish(timeoutMs: number): Promise<void> {
    const all = Promise.all(this.#work.values()).then(() => 'finished');
    if ((await within(all, timeoutMs)) === 'finished') return;
    for (const abort of this.#work.keys()) abort.abort(new ShutdownError('the bot is shutting down'));
    await within(all, LAST_WORDS_MS);
  }

  async #deliver(question: PrivateQuestion, run: Run): Promise<void> {
    const { whoMayAsk, show } = this.#options;
    const { channelId, userId, responseUrl } = question;
    // Nobody else reads it, wherever it is asked: only the asker counts.
    const refusal = await whoMayAsk({ channelId, userId, isSharedChannel: false });
    if (refusal !== undefined) return show(responseUrl, { text: refusal });
    const { text, blocks } = await this.#write(question, run);
    for (const message of privateMessages(text, blocks, partBlocks(run.runId)))
      await show(responseUrl, message);
  }

  async #write(
    question: PrivateQuestion,
    { runId, sessionId, signal }: Run,
  ): Promise<{ text: string; blocks: readonly KnownBlock[] }> {
    const { answer, kindsOf, log, now = Date.now } = this.#options;
    const { channelId, userId, turns } = question;
    const safe = new SafeMarkdown();
    const placer = new CitationPlacer();
    const endOfText = () => safe.write(placer.end()) + safe.end();
    let text = '';
    let closing: readonly KnownBlock[] = [];
    try {
      signal.throwIfAborted();
      // It is between one person and the bot; a message that it is about is from the channel.
      const conversation = ['direct', ...(await kindsOf({ channelId }))] as const;
      const request = { question: question.text, userId, askedAt: now(), turns, sessionId, runId, signal };
      for await (const event of answer({ ...request, conversation, labels: this.#labels(question) })) {
        if (event.type === 'text') {
          if (event.closing) text += endOfText();
          text += safe.write(placer.write(event.text));
        } else if (event.type === 'citation') text += safe.write(placer.cite(event.source.number));
        else if (event.type === 'done') closing = closingBlocks(event.sources, runId, event);
        else if (event.status === 'reading') safe.links.add(event.found ?? []);
      }
      return { text: text + endOfText(), blocks: [...closing, ...this.#share(question)] };
    } catch (error) {
      const isRestart = error instanceof ShutdownError;
      const reference = referenceOf(runId);
      if (!isRestart) log.error({ err: error, reference }, 'private answer failed');
      const lastWords = isRestart ? RESTARTING : apology(reference);
      const written = (text + endOfText()).trim();
      return { text: written ? `${written}\n\n${lastWords}` : lastWords, blocks: [] };
    }
  }

  /** A question about a message is not shared: it would stand in the channel without that message. */
  #share({ surface, channelId, text }: PrivateQuestion): KnownBlock[] {
    return surface === 'slash_command' && !channelId.startsWith('D') ? shareButton(text) : [];
  }

  #labels({ tenantId, channelId, userId, surface, turns }: PrivateQuestion): Record<string, string> {
    const { botVersion, installation } = this.#options;
    const about = turns[0]?.messageTs;
    const permalink = about && permalinkOf(installation, channelId, about);
    return {
      ...{ team: tenantId, channel: channelId, user: userId, surface, bot_version: botVersion },
      ...(about && { message_ts: about }),
      ...(permalink && { permalink }),
    };
  }
}

interface Run {
  readonly runId: string;
  readonly sessionId: string;
  readonly signal: AbortSignal;
}

function apology(reference: string): string {
  return `Something went wrong and I could not answer. Please ask again; if it goes on, give your admin this reference: \`${reference}\`.`;
}
