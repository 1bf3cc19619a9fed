import { linkCitations } from './citation.js';
import { bytes, count, element, icon, seconds, send } from './dom.js';
import { createMenu, updateMenu } from './message-menu.js';
import { tellProblem } from './message-problem.js';
import { isLost } from './state.js';

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
      element('ul', { class: 'files', 'aria-label': 'Files', hidden: true }),
      element('div', { class: 'votes', role: 'group', 'aria-label': 'Feedback' }),
      element('div', { class: 'foot' }),
    ),
    createMenu(),
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
  const isOther = item.html !== message.html;
  // Under somebody's edit the text changes when they are done.
  item.html = message.html;
  if (isOther && !item.classList.contains('editing')) {
    body.innerHTML = message.html;
    if (message.runId !== undefined) linkCitations(body, message.runId);
  }
  body.querySelector('.caret')?.remove();
  if (message.streaming) endOf(body).append(element('i', { class: 'caret', 'aria-hidden': 'true' }));
  item.classList.toggle('streaming', message.streaming);
  const note = message.ephemeral ? 'only visible to you' : message.edited ? 'edited' : '';
  item.querySelector('.note').textContent = note;
  updateFiles(item.querySelector('.files'), message.files);
  updateVotes(item, message);
  updateMenu(item, message);
}

const BLOCKS = 'div, p, ol, ul, li, blockquote, pre, h4, h5, h6';

/** The innermost block in which the text ends. */
function endOf(body) {
  let place = body;
  while (place.lastElementChild?.matches(BLOCKS)) place = place.lastElementChild;
  return place;
}

function updateFiles(list, files) {
  if (list.children.length === files.length) return;
  list.hidden = files.length === 0;
  list.replaceChildren(
    ...files.map(({ name, bytes: size }) =>
      element('li', {}, icon('file'), element('span', {}, name), element('small', {}, bytes(size))),
    ),
  );
}

function updateVotes(item, { channelId, ts, buttons }) {
  const votes = item.querySelector('.votes');
  const shape = JSON.stringify(buttons.map(({ actionId, value }) => [actionId, value]));
  if (votes.shape !== shape) {
    votes.shape = shape;
    votes.replaceChildren(...buttons.map(() => element('button', { type: 'button' })));
  }
  buttons.forEach(({ actionId, value, label, kind, pressed }, index) => {
    const button = votes.children[index];
    button.className = kind;
    if (kind === 'plain') button.textContent = label;
    else {
      button.setAttribute('aria-pressed', String(pressed));
      button.setAttribute('aria-label', label);
      button.title = label;
      if (button.children.length === 0) button.append(icon(kind === 'positive' ? 'up' : 'down'));
    }
    button.onclick = () => vote(item, button, { channel: channelId, messageTs: ts, actionId, value });
  });
}

/** Once at a time; a disabled button would lose the focus, and with it the reader's place. */
async function vote(item, button, click) {
  if (button.ariaDisabled === 'true') return;
  button.ariaDisabled = 'true';
  tellProblem(item);
  try {
    await send('/clicks', click);
  } catch (error) {
    tellProblem(item, `Not sent: ${error.message}`);
  } finally {
    button.ariaDisabled = null;
  }
}

/** Where the focus goes when a message goes that had it: to the one in its place, or to what its list belongs to. */
export const focusMessage = (otherwise) => (item) =>
  (item?.querySelector('.menu:not([hidden]) > button') ?? otherwise).focus();

/** Under an answer in a thread: its LangSmith trace in a line, which opens it in the inspector. */
export function updateTraceLine(item, message, trace, open) {
  const foot = item.querySelector('.foot');
  if (message.runId === undefined || (trace === undefined && message.buttons.length === 0)) {
    foot.replaceChildren();
    return;
  }
  if (foot.children.length === 0) foot.append(element('button', { type: 'button', class: 'trace-line' }));
  const [button] = foot.children;
  button.onclick = () => open(message.runId, button);
  const votes = (trace?.feedback ?? []).map((feedback) => element('em', {}, feedbackLabel(feedback)));
  button.replaceChildren(
    element('b', {}, 'Trace'),
    element('span', {}, traceFacts(trace, message.runId)),
    ...votes,
  );
}

/** As LangSmith lists it: the key with its score or with what was chosen. */
export function feedbackLabel({ key, score, value }) {
  const given = value ?? score;
  return given === undefined ? key : `${key} ${given}`;
}

/** How long, how many runs and tokens, in a line. */
export function traceFacts(trace, runId) {
  if (trace === undefined) return isLost(runId) ? 'lost: LangSmith did not take it' : 'not received yet';
  const [root] = trace.runs;
  const tokens = trace.runs.reduce(
    (sum, run) => sum + (run.tokens ? run.tokens.input + run.tokens.output : 0),
    0,
  );
  return [
    root?.duration === undefined ? 'running' : seconds(root.duration),
    `${trace.runs.length} ${trace.runs.length === 1 ? 'run' : 'runs'}`,
    ...(tokens > 0 ? [`${count(tokens)} tokens`] : []),
  ].join(' · ');
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
