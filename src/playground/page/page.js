import { refuseStrayDrops } from './attachments.js';
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
refuseStrayDrops();

function draw() {
  drawFrame();
  channel.draw();
  thread.draw();
  drawInspector();
}

function readAddress() {
  const [before, inChannel = '', inThread = ''] = addressed().split('/');
  if (before !== '') return; // The skip link's, not ours.
  const known = told.channels.some(({ id }) => id === inChannel);
  const inHome = known && inThread === 'home';
  const next = {
    channelId: known ? inChannel : (told.channels[0]?.id ?? ''),
    threadTs: known && !inHome ? inThread : '',
    inHome,
  };
  const root = messages.get(`${next.channelId}/${next.threadTs}`);
  const isGone = next.threadTs !== '' && (!root || root.threadTs !== undefined);
  if (isGone) {
    next.threadTs = '';
    history.replaceState(null, '', `#/${next.channelId}`);
  }
  const moved = next.channelId !== place.channelId || inHome !== place.inHome;
  const isOther = moved || next.threadTs !== place.threadTs;
  Object.assign(place, next);
  if (isOther) showConversation();
  if (isGone || isOther) find('gone').hidden = !isGone;
  draw();
  if (moved) tellOpened(channelNow());
  if (!isOther || !threadRoot()) return;
  if (opener) thread.focus();
  else if (isCovered(document.activeElement)) find('thread-name').focus();
}

/** Where there is room for one, the thread stands in the channel's place. */
function isCovered(focused) {
  return focused?.closest('.channel') != null && find('channel-form').offsetParent === null;
}

/** What stands in the address, which anybody may have written there. */
function addressed() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

/** A thread that was deleted: nothing leads back to it. */
function leaveThread() {
  const hadFocus = find('thread').contains(document.activeElement);
  history.replaceState(null, '', `#/${place.channelId}`);
  readAddress();
  if (hadFocus) find('channel-text').focus();
  announce('The thread was deleted.');
}

function closeThread() {
  goTo(place.channelId);
  // Now, not with the event: what is still hidden takes no focus.
  readAddress();
  (opener?.isConnected ? opener : find('channel-text')).focus();
  opener = undefined;
}

function announceAnswer(before, message) {
  if (!message.author.isBot || message.streaming) return;
  if (before && !before.streaming && before.html === message.html) return;
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
    const isOpen = threadRoot() !== undefined && message.ts === place.threadTs;
    messages.delete(keyOf(message));
    if (isOpen && message.channelId === place.channelId) leaveThread();
    else draw();
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
    thread.draw();
    drawInspector();
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
