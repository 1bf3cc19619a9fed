import { createComposer } from './composer.js';
import { find, reconcile, send } from './dom.js';
import { inspectTrace } from './inspector.js';
import { createMessage, focusMessage, updateMessage, updateTraceLine } from './message.js';
import { createReadingPlace } from './reading-place.js';
import {
  botName,
  channelNow,
  keyOf,
  labelOf,
  place,
  repliesTo,
  threadRoot,
  threadStatus,
  told,
  traces,
} from './state.js';

/** The thread that the reader has opened. */
export function createThread() {
  let drawn = '';
  const readingPlace = createReadingPlace(find('thread-scroll'));
  const composer = createComposer('thread', { onSend: () => readingPlace.follow() });
  find('stop').addEventListener('click', async ({ target }) => {
    if (target.ariaDisabled === 'true') return;
    target.ariaDisabled = 'true';
    const { channelId: channel, threadTs } = place;
    composer.complain('');
    try {
      await send('/stops', { channel, threadTs });
    } catch (error) {
      if (place.threadTs === threadTs) composer.complain(`Not stopped: ${error.message}`);
    } finally {
      target.ariaDisabled = null;
    }
  });

  function draw() {
    const root = threadRoot();
    document.body.classList.toggle('in-thread', root !== undefined);
    find('thread').hidden = root === undefined;
    if (!root) {
      drawn = '';
      return;
    }
    const channel = channelNow();
    find('thread-channel').textContent = labelOf(channel);
    if (drawn !== keyOf(root)) {
      drawn = keyOf(root);
      find('thread-messages').replaceChildren();
      readingPlace.follow();
    }
    composer.aim(
      { channel: place.channelId, threadTs: place.threadTs, bot: botName(), mention: channel.kind !== 'dm' },
      { label: 'Reply in the thread', placeholder: 'Ask a follow-up …' },
    );
    const replies = repliesTo(place.threadTs);
    const newest = firstPart(
      replies,
      replies.findLast(({ author }) => author.isBot),
    );
    const items = find('thread-messages').children;
    readingPlace.keep(
      () => {
        drawMessages(root, replies);
        drawStatus(replies);
      },
      () => newest && [...items].find((item) => item.dataset.key === keyOf(newest)),
    );
  }

  function drawMessages(root, replies) {
    const received = new Map((traces.get(root.sessionId) ?? []).map((trace) => [trace.runId, trace]));
    const update = (item, message) => {
      updateMessage(item, message);
      updateTraceLine(item, message, received.get(message.runId), inspectTrace);
    };
    const all = [root, ...replies];
    reconcile(find('thread-messages'), all, keyOf, createMessage, update, focusMessage(composer));
  }

  /** While the bot is at work it can be stopped, whether it searches or writes. */
  function drawStatus(replies) {
    const { status, working = false } = threadStatus() ?? {};
    const isWriting = replies.some(({ streaming }) => streaming);
    const isLeft = document.activeElement === find('stop') && !working;
    find('thread-status').hidden = status === undefined && !working && !isWriting;
    const doing = status ?? (isWriting ? 'is writing …' : 'is at work …');
    find('thread-status').querySelector('span').textContent = `${told.workspace.bot} ${doing}`;
    find('stop').hidden = !working;
    if (isLeft) composer.focus();
  }

  return { draw, focus: composer.focus };
}

/** Of an answer that is too long for one message, the message in which it begins. */
function firstPart(replies, newest) {
  if (newest?.runId === undefined) return newest;
  return replies.find(({ runId }) => runId === newest.runId);
}
