import { createDialog } from './dialog.js';
import { element, find, reconcile, send, withSettings } from './dom.js';
import { onEscape } from './escape.js';
import { place, told } from './state.js';

/** The top strip and the sidebar. */
export function createFrame({ speakAs }) {
  find('person').addEventListener('change', ({ target }) => speakAs(target.value));
  createDialog('modes-dialog', 'open-modes');

  const openMode = () => document.querySelector('.modes details[open]');
  onEscape(1, () => {
    const mode = openMode();
    if (!mode) return false;
    mode.open = false;
    mode.querySelector('summary').focus();
    return true;
  });
  document.addEventListener('click', (event) => {
    const mode = openMode();
    if (mode && !mode.contains(event.target)) mode.open = false;
  });
}

/** After a fresh connection: what does not change while it lasts. */
export function drawModes() {
  find('modes').replaceChildren(
    ...told.modes.map(({ part, mode, change }) =>
      element(
        'li',
        {},
        element(
          'details',
          { name: 'mode' },
          element('summary', { title: mode }, element('span', {}, part), inShort(mode)),
          element('p', {}, element('b', {}, mode), 'Change it with ', ...withSettings(change)),
        ),
      ),
    ),
  );
  find('modes-list').replaceChildren(
    ...told.modes.flatMap(({ part, mode, change }) => [
      element('dt', {}, part),
      element(
        'dd',
        {},
        element('b', {}, mode),
        element('span', {}, 'Change it with ', ...withSettings(change)),
      ),
    ]),
  );
}

/** A mode's first words and, where there is room, what stands in brackets after them. */
function inShort(mode) {
  const [, words, more = ''] = /^(.+?)(?: (\(.+?\)))?(?=[,:;] | (?:in|at) |$)/.exec(mode) ?? [mode, mode];
  return element('b', {}, words, element('span', { class: 'more' }, more && ` ${more}`));
}

export function drawFrame() {
  const { workspace, channels } = told;
  find('workspace').textContent = workspace.name;
  const people = workspace.people.filter(({ isBot }) => !isBot);
  if (find('person').children.length !== people.length)
    find('person').replaceChildren(
      ...people.map(({ id, realName }) => element('option', { value: id }, realName)),
    );
  find('person').value = workspace.me.id;
  for (const [id, kinds] of [
    ['channels', ['channel']],
    ['dms', ['dm', 'group']],
  ]) {
    const shown = channels.filter(({ kind }) => kinds.includes(kind));
    reconcile(
      find(id),
      shown,
      (channel) => channel.id,
      channelLink,
      (item, channel) => {
        if (channel.id === place.channelId) item.firstElementChild.setAttribute('aria-current', 'page');
        else item.firstElementChild.removeAttribute('aria-current');
      },
    );
  }
}

function channelLink({ id, kind, name }) {
  return element('li', {}, element('a', { href: `#/${id}`, class: `to-${kind}` }, element('span', {}, name)));
}

/** Tells the app, as Slack does, that its own view was opened; it may suggest what to ask, and fill the Home tab. */
export function tellOpened({ kind } = {}) {
  if (kind === 'dm') send('/openings', { tab: place.inHome ? 'home' : 'messages' }).catch(() => {});
}
