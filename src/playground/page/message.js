import { element, icon, send } from './dom.js';
import { createTrace, updateTrace } from './trace.js';

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const COLOURS = 6;

/** An empty message, to be filled by `updateMessage`. */
export function createMessage({ author, ts }) {
  const at = new Date(Number(ts) * 1000);
  return element(
    'li',
    { class: author.isBot ? 'message bot' : 'message' },
    avatar(author),
    element(
      'article',
      {},
      element(
        'p',
        { class: 'by' },
        element('b', {}, author.name),
        author.isBot ? element('span', { class: 'app' }, 'app') : undefined,
        element('time', { datetime: at.toISOString() }, CLOCK.format(at)),
        element('span', { class: 'note' }),
      ),
      element('div', { class: 'body' }),
      element('div', { class: 'votes', role: 'group', 'aria-label': 'Feedback' }),
      element('div', { class: 'foot' }),
    ),
  );
}

function avatar({ name, isBot }) {
  if (isBot) return element('span', { class: 'avatar', 'aria-hidden': 'true' }, icon('bot'));
  const colour = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS;
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0])
    .join('');
  return element('span', { class: `avatar colour-${colour}`, 'aria-hidden': 'true' }, initials);
}

/** Shows a message as the server rendered it: `html` is the server's own, nothing else is ever inserted as HTML. */
export function updateMessage(item, message) {
  const body = item.querySelector('.body');
  if (item.html !== message.html) {
    item.html = message.html;
    body.innerHTML = message.html;
  }
  body.querySelector('.caret')?.remove();
  if (message.streaming) endOf(body).append(element('i', { class: 'caret', 'aria-hidden': 'true' }));
  item.classList.toggle('streaming', message.streaming);
  const note = message.ephemeral ? 'only visible to you' : message.edited ? 'edited' : '';
  item.querySelector('.note').textContent = note;
  updateVotes(item.querySelector('.votes'), message);
}

const BLOCKS = 'div, p, ol, ul, li, blockquote, pre, h4, h5, h6';

/** The innermost block in which the text ends. */
function endOf(body) {
  let place = body;
  while (place.lastElementChild?.matches(BLOCKS)) place = place.lastElementChild;
  return place;
}

function updateVotes(votes, { channelId, ts, buttons }) {
  const shape = JSON.stringify(buttons.map(({ actionId, value }) => [actionId, value]));
  if (votes.shape !== shape) {
    votes.shape = shape;
    votes.replaceChildren(...buttons.map(() => element('button', { type: 'button' })));
  }
  buttons.forEach(({ actionId, value, label, kind, pressed }, index) => {
    const button = votes.children[index];
    button.className = kind;
    button.setAttribute('aria-pressed', String(pressed));
    if (kind === 'plain') button.textContent = label;
    else {
      button.setAttribute('aria-label', label);
      button.title = label;
      if (button.children.length === 0) button.append(icon(kind === 'positive' ? 'up' : 'down'));
    }
    button.onclick = async () => {
      button.disabled = true;
      try {
        await send('/clicks', { channel: channelId, messageTs: ts, actionId, value });
      } catch (error) {
        button.title = `Not sent: ${error.message}`;
      } finally {
        button.disabled = false;
      }
    };
  });
}

/** Under an answer in a thread: its LangSmith trace. */
export function updateAnswerTrace(item, message, trace, isNewest) {
  const foot = item.querySelector('.foot');
  if (message.runId === undefined || (trace === undefined && message.buttons.length === 0)) {
    foot.replaceChildren();
    return;
  }
  if (foot.runId !== message.runId || foot.children.length === 0) {
    foot.runId = message.runId;
    foot.replaceChildren(createTrace(message.runId));
  }
  updateTrace(foot.firstElementChild, trace, isNewest);
}

/** Under a message in the channel: its thread, as a button that opens it. */
export function updateReplies(item, { replies, status, selected, open }) {
  const foot = item.querySelector('.foot');
  item.classList.toggle('selected', selected);
  const last = replies.at(-1);
  const counted = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const text = status ?? (last ? `${counted}, last by ${last.author.name}` : 'Reply in thread');
  if (foot.children.length === 0) {
    foot.append(
      element(
        'button',
        { type: 'button', class: 'replies' },
        element('i', { 'aria-hidden': 'true' }),
        element('span'),
      ),
    );
  }
  const [button] = foot.children;
  button.onclick = open;
  button.classList.toggle('working', status !== undefined);
  button.classList.toggle('none', last === undefined && status === undefined);
  button.setAttribute('aria-expanded', String(selected));
  button.lastElementChild.textContent = text;
}
