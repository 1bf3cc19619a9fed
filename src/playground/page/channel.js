import { createComposer } from './composer.js';
import { element, find, reconcile } from './dom.js';
import { createMessage, focusMessage, updateMessage, updateReplies } from './message.js';
import { createReadingPlace } from './reading-place.js';
import {
  botName,
  channelNow,
  goTo,
  keyOf,
  labelOf,
  place,
  repliesTo,
  roots,
  statuses,
  told,
} from './state.js';

/** The channel that the reader looks at. */
export function createChannel({ onOpen }) {
  /** The next message of ours in this channel opens its thread: the answer comes there. */
  let openingIn = '';
  let drawn = '';
  const readingPlace = createReadingPlace(find('channel-scroll'));
  const composer = createComposer('channel', {
    onSend: ({ toBot }) => {
      openingIn = toBot ? place.channelId : '';
      readingPlace.follow();
    },
  });

  function draw() {
    const channel = channelNow();
    if (!channel) return;
    const { bot } = told.workspace;
    const isDm = channel.kind === 'dm';
    const name = labelOf(channel);
    find('channel-name').textContent = name;
    document.title = `${name} · Threadsmith playground`;
    find('empty-text').textContent = isDm
      ? `Every message here is a question to ${bot} and starts a thread of its own.`
      : `Mention @${botName()} with a question. It answers in a thread, from the documents, with its sources.`;
    composer.aim(
      { channel: channel.id, bot: botName(), mention: !isDm },
      { label: `Message to ${name}`, placeholder: 'how do I …' },
    );
    const list = roots();
    drawHome(channel);
    find('empty').hidden = list.length > 0 || place.inHome;
    drawSuggestions(channel);
    if (drawn !== channel.id) readingPlace.follow();
    drawn = channel.id;
    readingPlace.keep(
      () => reconcile(find('channel-messages'), list, keyOf, createMessage, update, focusMessage(composer)),
      () => undefined,
    );
  }

  /** The app's own view: beside the messages with it, what it has published for its reader. */
  function drawHome({ id, kind }) {
    find('views').hidden = kind !== 'dm';
    for (const [name, path, isShown] of [
      ['to-messages', `#/${id}`, !place.inHome],
      ['to-home', `#/${id}/home`, place.inHome],
    ]) {
      find(name).href = path;
      if (isShown) find(name).setAttribute('aria-current', 'page');
      else find(name).removeAttribute('aria-current');
    }
    find('home').hidden = !place.inHome;
    find('channel-messages').hidden = place.inHome;
    find('channel-form').hidden = place.inHome;
    const html = told.home || '<p>The app has published nothing here yet.</p>';
    if (find('home').html === html) return;
    find('home').html = html;
    find('home').innerHTML = html;
    // Straight below the channel's own heading.
    for (const heading of find('home').querySelectorAll('h4'))
      heading.replaceWith(element('h3', {}, ...heading.childNodes));
  }

  function drawSuggestions({ prompts }) {
    const suggested = [
      ...prompts.map(({ title, message }) => ({ title, question: message })),
      ...told.suggestions.map((question) => ({ title: question, question })),
    ].slice(0, 4);
    reconcile(
      find('suggestions'),
      suggested,
      ({ question }) => question,
      ({ title, question }) =>
        element(
          'li',
          {},
          element('button', { type: 'button', onclick: () => composer.ask(question) }, title),
        ),
      () => {},
    );
  }

  function update(item, message) {
    updateMessage(item, message);
    if (message.ephemeral) return;
    const now = statuses.get(keyOf(message));
    updateReplies(item, {
      replies: repliesTo(message.ts).filter(({ ephemeral }) => !ephemeral),
      status: now?.status && `${told.workspace.bot} ${now.status}`,
      selected: message.ts === place.threadTs,
      open: () => {
        onOpen(item.querySelector('.replies'));
        goTo(message.channelId, message.ts);
      },
    });
  }

  return {
    draw,
    /** Whether a new message is the question whose thread is to be opened. */
    opens({ channelId, threadTs, author, ephemeral }) {
      if (channelId !== openingIn || threadTs || author.isBot || ephemeral) return false;
      openingIn = '';
      return true;
    },
  };
}
