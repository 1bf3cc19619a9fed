import { createChannel } from './channel.js';
import { listenForCitations } from './citation.js';
import { createDocuments, drawDocuments } from './documents.js';
import { announce, find } from './dom.js';
import { listenForEscape, onEscape } from './escape.js';
import { createFaults, drawFaults } from './faults.js';
import { createFrame, drawFrame, drawModes, tellOpened } from './frame.js';
import { createInspector, drawInspector, showConversation } from './inspector.js';
import { isEditing, listenForMenus } from './message-menu.js';
import { createModal, drawModal } from './modal.js';
import {
  calls,
  channelNow,
  goTo,
  keyOf,
  messages,
  place,
  statuses,
  take,
  threadRoot,
  told,
  traces,
} from './state.js';
import { createThread } from './thread.js';

const PERSON = 'threadsmith-person';

let opener;
let events;

const thread = createThread();
const channel = createChannel({
  onOpen: (button) => {
    opener = button;
  },
});
createFrame({ speakAs });
createInspector();
createDocuments();
createFaults();
createModal();
listenForCitations();
listenForMenus();
listenForEscape();

function draw() {
  drawFrame();
  channel.draw();
  thread.draw();
  drawInspector();
}

function readAddress() {
  const [before, inChannel = '', inThread = ''] = decodeURIComponent(location.hash.slice(1)).split('/');
  if (before !== '') return; // The skip link's, not ours.
  const known = told.channels.some(({ id }) => id === inChannel);
  const inHome = known && inThread === 'home';
  const next = {
    channelId: known ? inChannel : (told.channels[0]?.id ?? ''),
    threadTs: known && !inHome ? inThread : '',
    inHome,
  };
  const moved = next.channelId !== place.channelId || inHome !== place.inHome;
  const isOther = moved || next.threadTs !== place.threadTs;
  Object.assign(place, next);
  if (isOther) showConversation();
  draw();
  if (moved) tellOpened(channelNow());
  if (isOther && threadRoot() && opener) thread.focus();
}

function closeThread() {
  goTo(place.channelId);
  (opener?.isConnected ? opener : find('channel-text')).focus();
  opener = undefined;
}

function announceAnswer(before, message) {
  if (!message.author.isBot || message.streaming || (before && !before.streaming)) return;
  const spoken = document.createElement('div');
  spoken.innerHTML = message.html;
  announce(`${message.author.name}: ${spoken.textContent}`);
}

const handlers = {
  snapshot(snapshot) {
    take(snapshot);
    find('connection').hidden = true;
    drawModes();
    drawDocuments();
    drawFaults();
    readAddress();
    drawModal();
  },
  message(message) {
    const before = messages.get(keyOf(message));
    messages.set(keyOf(message), message);
    announceAnswer(before, message);
    if (!before && channel.opens(message)) {
      opener = undefined;
      goTo(message.channelId, message.ts);
    }
    draw();
  },
  removed(message) {
    messages.delete(keyOf(message));
    draw();
  },
  status(status) {
    statuses.set(`${status.channelId}/${status.threadTs}`, status);
    if (status.status) announce(`${told.workspace.bot} ${status.status}`);
    draw();
  },
  traces({ sessionId, traces: received, projectUrl }) {
    traces.set(sessionId, received);
    told.projectUrl = projectUrl;
    thread.draw();
    drawInspector();
  },
  call(call) {
    calls.set(call.id, call);
    drawInspector();
  },
  channels(channels) {
    told.channels = channels;
    draw();
  },
  home(home) {
    told.home = home;
    channel.draw();
  },
  modal(modal) {
    told.modal = modal;
    drawModal();
  },
  documents(documents) {
    told.documents = documents;
    drawDocuments();
  },
  faults(faults) {
    told.faults = faults;
    drawFaults();
  },
};

function connect(person) {
  events?.close();
  const connection = new EventSource(person ? `/events/${person}` : '/events');
  events = connection;
  for (const [name, handle] of Object.entries(handlers)) {
    connection.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  connection.addEventListener('error', () => {
    find('connection').hidden = false;
    find('connection').textContent =
      connection.readyState === EventSource.CLOSED
        ? 'Disconnected: open the link that npm start printed last.'
        : 'The playground does not answer; trying again …';
  });
}

/** The same page, as somebody else of the workspace. */
function speakAs(person) {
  sessionStorage.setItem(PERSON, person);
  connect(person);
}

window.addEventListener('hashchange', readAddress);
find('thread-close').addEventListener('click', closeThread);
onEscape(2, () => {
  const panel = find('thread');
  if (panel.hidden || !panel.contains(document.activeElement) || isEditing()) return false;
  closeThread();
  return true;
});
connect(sessionStorage.getItem(PERSON));
