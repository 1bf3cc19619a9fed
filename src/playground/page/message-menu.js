import { MESSAGE_CHARACTERS } from './composer.js';
import { element, icon, send } from './dom.js';
import { onEscape } from './escape.js';
import { tellProblem } from './message-problem.js';
import { told } from './state.js';

/** The button of a message's menu; its menu is made when it is opened. */
export function createMenu() {
  return element(
    'div',
    { class: 'menu', hidden: true },
    element(
      'button',
      {
        type: 'button',
        class: 'icon',
        'aria-haspopup': 'menu',
        'aria-expanded': 'false',
        'aria-label': 'More actions',
      },
      icon('more'),
    ),
  );
}

/** What can be done with a message: its author changes or deletes it, everybody gets the app's shortcuts. */
export function updateMenu(item, message) {
  const menu = item.querySelector('.menu');
  const choices = [
    ...(message.typed === undefined
      ? []
      : [
          ['Edit', () => edit(item, message)],
          ['Delete', () => act(item, '/deletions', { channel: message.channelId, ts: message.ts })],
        ]),
    ...(message.ephemeral || message.streaming
      ? []
      : told.shortcuts.map(({ callbackId, name }) => [
          name,
          () => act(item, '/shortcuts', { channel: message.channelId, ts: message.ts, callbackId }),
        ])),
  ];
  menu.hidden = choices.length === 0;
  const [button] = menu.children;
  button.onclick = () => (menu.children.length > 1 ? close(menu) : open(menu, choices));
}

function open(menu, choices) {
  closeAll();
  const list = element(
    'div',
    { role: 'menu', 'aria-label': 'Actions' },
    ...choices.map(([label, run]) =>
      element(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          tabindex: '-1',
          onclick: () => {
            close(menu);
            run();
          },
        },
        label,
      ),
    ),
  );
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Tab') close(menu);
    if (!step) return;
    event.preventDefault();
    const items = [...list.children];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  });
  menu.append(list);
  menu.firstElementChild.setAttribute('aria-expanded', 'true');
  list.firstElementChild.focus();
}

function close(menu) {
  const [button, list] = menu.children;
  if (!list) return;
  const hadFocus = list.contains(document.activeElement);
  list.remove();
  button.setAttribute('aria-expanded', 'false');
  if (hadFocus) button.focus();
}

const openMenus = () => [...document.querySelectorAll('.menu:has([role=menu])')];

function closeAll() {
  for (const menu of openMenus()) close(menu);
}

export function listenForMenus() {
  onEscape(1, () => {
    const [menu] = openMenus();
    if (!menu) return false;
    close(menu);
    return true;
  });
  document.addEventListener('click', ({ target }) => {
    for (const menu of openMenus()) if (!menu.contains(target)) close(menu);
  });
}

async function act(item, path, content) {
  tellProblem(item);
  try {
    await send(path, content);
  } catch (error) {
    tellProblem(item, `Not done: ${error.message}`);
  }
}

/** The message's text in a box of its own, until it is saved or left. */
function edit(item, { channelId, ts, typed }) {
  const body = item.querySelector('.body');
  const text = element('textarea', {
    ...{ 'aria-label': 'Edit the message', rows: '2', maxlength: MESSAGE_CHARACTERS },
  });
  text.value = typed;
  const leave = () => {
    const hadFocus = body.contains(document.activeElement);
    item.classList.remove('editing');
    body.innerHTML = item.html;
    if (hadFocus) item.querySelector('.menu button').focus();
  };
  const save = async (event) => {
    event.preventDefault();
    tellProblem(item);
    if (text.value.trim() === '') {
      tellProblem(item, 'A message needs some text. To take it away, delete it.');
      return;
    }
    try {
      await send('/edits', { channel: channelId, ts, text: text.value });
      if (body.contains(text)) leave();
    } catch (error) {
      tellProblem(item, `Not saved: ${error.message}`);
    }
  };
  const cancel = () => {
    tellProblem(item);
    leave();
  };
  const form = element(
    'form',
    { class: 'edit', onsubmit: save },
    text,
    element(
      'div',
      {},
      element('button', { type: 'button', onclick: cancel }, 'Cancel'),
      element('button', {}, 'Save'),
    ),
  );
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) save(event);
    if (event.key === 'Escape') {
      event.stopPropagation();
      cancel();
    }
  });
  item.classList.add('editing');
  body.replaceChildren(form);
  text.focus();
}

/** Whether somebody is changing this message now: Escape is theirs. */
export const isEditing = () => document.activeElement?.closest('.editing') != null;
