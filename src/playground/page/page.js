import { createComposer } from './composer.js';
import { announce, copyButton, element, keepingEnd, reconcile } from './dom.js';
import { createMessage, updateAnswerTrace, updateMessage, updateReplies } from './message.js';

const find = (id) => document.querySelector(`#${id}`);
const keyOf = ({ channelId, ts }) => `${channelId}/${ts}`;

/** What the server told; everything on the page is drawn from it. */
let shared = { workspace: { name: '', me: '', bot: '' }, channels: [], modes: [], suggestions: [] };
const messages = new Map();
const statuses = new Map();
const traces = new Map();

/** What the reader looks at; the address holds it, so that reload and back work. */
let channelId = '';
let threadTs = '';
/** The next message of ours in this channel opens its thread: the answer comes there. */
let openingIn = '';
let opener;

const channelComposer = createComposer(find('channel-form'), {
  onSend: (toBot) => {
    openingIn = toBot ? channelId : '';
  },
});
const threadComposer = createComposer(find('thread-form'), { onSend() {} });

function roots() {
  return [...messages.values()]
    .filter((message) => message.channelId === channelId && !message.threadTs)
    .sort(byTs);
}

function repliesTo(ts) {
  return [...messages.values()]
    .filter((message) => message.channelId === channelId && message.threadTs === ts)
    .sort(byTs);
}

const byTs = (left, right) => (left.ts < right.ts ? -1 : 1);

function drawFrame() {
  const { workspace, channels, modes } = shared;
  find('workspace').textContent = workspace.name;
  find('me').replaceChildren('You speak as ', element('b', {}, workspace.me));
  for (const [id, kinds] of [
    ['channels', ['channel']],
    ['dms', ['dm', 'group']],
  ]) {
    reconcile(
      find(id),
      channels.filter(({ kind }) => kinds.includes(kind)),
      (channel) => channel.id,
      (channel) =>
        element(
          'li',
          {},
          element(
            'a',
            { href: `#/${channel.id}`, class: `to-${channel.kind}` },
            element('span', {}, channel.name),
          ),
        ),
      (item, channel) => {
        if (channel.id === channelId) item.firstElementChild.setAttribute('aria-current', 'page');
        else item.firstElementChild.removeAttribute('aria-current');
      },
    );
  }
  if (find('modes').children.length === 0) {
    find('modes').append(
      ...modes.map(({ part, mode, change }) =>
        element(
          'li',
          {},
          element(
            'details',
            { name: 'mode' },
            element('summary', {}, element('span', {}, part), element('b', {}, mode.split(/[:,] /)[0])),
            element('p', {}, element('b', {}, mode), 'Change it with ', ...withSettings(change)),
          ),
        ),
      ),
    );
  }
}

/** Names of settings, such as ANTHROPIC_API_KEY, as code. */
function withSettings(text) {
  const pieces = text.split(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/);
  return pieces.map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece));
}

function drawChannel() {
  const channel = shared.channels.find(({ id }) => id === channelId);
  if (!channel) return;
  const { bot } = shared.workspace;
  const isDm = channel.kind === 'dm';
  const name = channel.kind === 'channel' ? `#${channel.name}` : channel.name;
  find('channel-name').textContent = name;
  document.title = `${name} · Threadsmith playground`;
  find('empty-text').textContent = isDm
    ? `Every message here is a question to ${bot} and starts a thread of its own.`
    : `Mention @${bot.toLowerCase()} with a question. It answers in a thread, from the documents, with its sources.`;
  channelComposer.aim(
    { channel: channelId, bot, mention: !isDm },
    {
      label: `Message to ${name}`,
      placeholder: 'how do I …',
    },
  );
  const list = roots();
  find('empty').hidden = list.length > 0;
  reconcile(
    find('suggestions'),
    shared.suggestions,
    (question) => question,
    (question) =>
      element(
        'li',
        {},
        element('button', { type: 'button', onclick: () => channelComposer.ask(question) }, question),
      ),
    () => {},
  );
  keepingEnd(find('channel-scroll'), () =>
    reconcile(find('channel-messages'), list, keyOf, createMessage, (item, message) => {
      updateMessage(item, message);
      const status = statuses.get(keyOf(message));
      updateReplies(item, {
        replies: repliesTo(message.ts),
        status: status && `${bot} ${status}`,
        selected: message.ts === threadTs,
        open: () => {
          opener = item.querySelector('.replies');
          show(channelId, message.ts);
          threadComposer.focus();
        },
      });
    }),
  );
}

function drawThread() {
  const panel = find('thread');
  const root = messages.get(`${channelId}/${threadTs}`);
  document.body.classList.toggle('in-thread', root !== undefined);
  panel.hidden = root === undefined;
  if (!root) return;
  const { bot } = shared.workspace;
  const channel = shared.channels.find(({ id }) => id === channelId);
  find('thread-channel').textContent = channel.kind === 'channel' ? `#${channel.name}` : channel.name;
  if (find('session-id').textContent !== root.sessionId) {
    find('session-id').textContent = root.sessionId;
    find('session-copy').replaceChildren(copyButton(root.sessionId, 'session id'));
    find('thread-messages').replaceChildren();
  }
  threadComposer.aim(
    { channel: channelId, threadTs, bot, mention: channel.kind !== 'dm' },
    { label: 'Reply in the thread', placeholder: 'Ask a follow-up …' },
  );
  const received = new Map((traces.get(root.sessionId) ?? []).map((trace) => [trace.runId, trace]));
  const status = statuses.get(keyOf(root));
  keepingEnd(find('thread-scroll'), () => {
    const replies = repliesTo(threadTs);
    const newest = replies.findLast(({ author }) => author.isBot);
    reconcile(find('thread-messages'), [root, ...replies], keyOf, createMessage, (item, message) => {
      updateMessage(item, message);
      updateAnswerTrace(item, message, received.get(message.runId), message === newest);
    });
    find('thread-status').hidden = status === undefined;
    find('thread-status').lastElementChild.textContent = `${bot} ${status}`;
  });
}

function draw() {
  drawFrame();
  drawChannel();
  drawThread();
}

function show(channel, thread = '') {
  location.hash = thread ? `/${channel}/${thread}` : `/${channel}`;
}

function readAddress() {
  const [before, channel = '', thread = ''] = decodeURIComponent(location.hash.slice(1)).split('/');
  if (before !== '') return; // The skip link's, not ours.
  const known = shared.channels.some(({ id }) => id === channel);
  channelId = known ? channel : (shared.channels[0]?.id ?? '');
  threadTs = known ? thread : '';
  draw();
}

function closeThread() {
  show(channelId);
  (opener?.isConnected ? opener : find('channel-text')).focus();
}

function announceAnswer(before, message) {
  if (!message.author.isBot || message.streaming || (before && !before.streaming)) return;
  const spoken = document.createElement('div');
  spoken.innerHTML = message.html;
  announce(`${message.author.name}: ${spoken.textContent}`);
}

const handlers = {
  snapshot(snapshot) {
    shared = snapshot;
    messages.clear();
    statuses.clear();
    traces.clear();
    for (const message of snapshot.messages) messages.set(keyOf(message), message);
    for (const status of snapshot.statuses)
      statuses.set(`${status.channelId}/${status.threadTs}`, status.status);
    for (const thread of snapshot.traces) traces.set(thread.sessionId, thread.traces);
    find('connection').hidden = true;
    readAddress();
  },
  message(message) {
    const before = messages.get(keyOf(message));
    messages.set(keyOf(message), message);
    announceAnswer(before, message);
    if (!before && message.channelId === openingIn && !message.threadTs && !message.author.isBot) {
      openingIn = '';
      opener = undefined;
      show(message.channelId, message.ts);
    }
    draw();
  },
  removed(message) {
    messages.delete(keyOf(message));
    draw();
  },
  status({ channelId: channel, threadTs: ts, status }) {
    if (status) statuses.set(`${channel}/${ts}`, status);
    else statuses.delete(`${channel}/${ts}`);
    if (status) announce(`${shared.workspace.bot} ${status}`);
    draw();
  },
  traces({ sessionId, traces: received }) {
    traces.set(sessionId, received);
    drawThread();
  },
};

const events = new EventSource('/events');
for (const [name, handle] of Object.entries(handlers)) {
  events.addEventListener(name, (event) => handle(JSON.parse(event.data)));
}
events.addEventListener('error', () => {
  find('connection').hidden = false;
  find('connection').textContent =
    events.readyState === EventSource.CLOSED
      ? 'Disconnected: open the link that npm start printed last.'
      : 'The playground does not answer; trying again …';
});

window.addEventListener('hashchange', readAddress);
find('thread-close').addEventListener('click', closeThread);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const mode = document.querySelector('.modes details[open]');
  if (mode) mode.open = false;
  else if (!find('thread').hidden && find('thread').contains(document.activeElement)) closeThread();
});
document.addEventListener('click', (event) => {
  const mode = document.querySelector('.modes details[open]');
  if (mode && !mode.contains(event.target)) mode.open = false;
});
