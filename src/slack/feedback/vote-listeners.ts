import type { App } from '@slack/bolt';
import type { Installation } from '../connection/installation.js';
import type { PrivateMessage, ShowPrivately } from '../connection/response-url.js';
import { tenantIn } from '../connection/tenant-in.js';
import { FEEDBACK_ACTION } from '../delivery/blocks.js';
import { tenantOf } from '../intake/question.js';
import type { ChosenMessage } from '../surfaces/open-in-langsmith.js';
import { record, string } from '../unknown-json.js';
import { DATASET_ACTION } from './add-to-dataset.js';
import { clickedVote } from './judged-answer.js';
import { scoreOfReaction } from './reaction-score.js';
import { submittedReason } from './reason-modal.js';
import type { Reaction, Votes } from './votes.js';

export interface VoteListenersOptions {
  readonly votes: Votes;
  readonly installation: Installation;
  readonly show: ShowPrivately;
  /** Both resolve to what the one who asked is shown. */
  readonly openInLangSmith: (message: ChosenMessage) => Promise<PrivateMessage>;
  readonly addToDataset: (value: string, userId: string) => Promise<string>;
}

/** Buttons, their modal and reactions to votes; and from an answer to LangSmith. They translate; they decide nothing. */
export function addVoteListeners(app: App, options: VoteListenersOptions): void {
  const { votes, installation, show, openInLangSmith, addToDataset } = options;

  app.action(FEEDBACK_ACTION, async ({ ack, action, body }) => {
    await ack();
    const vote = clickedVote(body, action, installation);
    if (vote) await votes.clicked(vote);
  });

  app.view('threadsmith_reason', async ({ ack, view, body }) => {
    const submitted = submittedReason(view);
    if ('errors' in submitted) return ack({ response_action: 'errors', errors: submitted.errors });
    await ack();
    await votes.submitted(submitted, body.user.id);
  });

  app.action(DATASET_ACTION, async ({ ack, action, body }) => {
    await ack();
    if (body.type !== 'block_actions' || !('value' in action)) return;
    const text = await addToDataset(string(action.value), body.user.id);
    await show(string(body.response_url), { text, threadTs: string(record(body.container).thread_ts) });
  });

  app.shortcut(
    { callback_id: 'threadsmith_open_langsmith', type: 'message_action' },
    async ({ shortcut, ack }) => {
      await ack();
      if (shortcut.type !== 'message_action') return;
      const { channel, message, message_ts: messageTs, user, response_url } = shortcut;
      const { thread_ts, user: author } = record(message);
      const chosen = {
        tenantId: tenantIn(shortcut, installation),
        ...{ channelId: channel.id, messageTs, threadTs: string(thread_ts) || messageTs },
        ...{ authorId: string(author), userId: user.id },
      };
      await show(response_url, await openInLangSmith(chosen));
    },
  );

  app.event('reaction_added', async ({ body }) => {
    const reaction = reactionIn(body, installation);
    if (reaction) await votes.reacted({ ...reaction, removed: false });
  });
  app.event('reaction_removed', async ({ body }) => {
    const reaction = reactionIn(body, installation);
    if (reaction) await votes.reacted({ ...reaction, removed: true });
  });
}

/** A person's vote on a message of the bot. The event itself says whose message it is: for others nothing is asked of Slack. */
function reactionIn(body: unknown, { botUserId }: Installation): Omit<Reaction, 'removed'> | undefined {
  const { user, reaction, item, item_user } = record(record(body).event);
  const { type, channel, ts } = record(item);
  const tenantId = tenantOf(body);
  const name = string(reaction);
  if (item_user !== botUserId || user === botUserId || type !== 'message') return undefined;
  if (tenantId === undefined || scoreOfReaction(name) === undefined) return undefined;
  return { tenantId, channelId: string(channel), messageTs: string(ts), userId: string(user), name };
}
