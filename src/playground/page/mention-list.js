import { announce, element } from './dom.js';
import { onEscape } from './escape.js';
import { told } from './state.js';

const BEGUN = /(?<![\w@.])@([\w-]*)$/;

/** Completes `@na…` in a message box: arrows choose, Enter or Tab take, Escape leaves. */
export function createMentionList(text, list, { onTaken }) {
  let chosen = 0;
  const begun = () => BEGUN.exec(text.value.slice(0, text.selectionStart));

  function show() {
    const typed = begun()?.[1].toLowerCase();
    const people =
      typed === undefined
        ? []
        : told.workspace.people.filter(({ name, realName }) =>
            [name, ...realName.split(' ')].some((each) => each.toLowerCase().startsWith(typed)),
          );
    list.hidden = people.length === 0;
    chosen = 0;
    list.replaceChildren(
      ...people.map(({ name, realName }, index) =>
        element(
          'div',
          {
            role: 'option',
            id: `${list.id}-${index}`,
            'data-name': name,
            onmousedown: (event) => {
              event.preventDefault();
              take(name);
            },
          },
          element('b', {}, realName),
          element('span', {}, `@${name}`),
        ),
      ),
    );
    mark();
    if (people.length > 0) announce(people.length === 1 ? '1 person' : `${people.length} people`);
  }

  function mark() {
    [...list.children].forEach((item, index) => {
      item.setAttribute('aria-selected', String(index === chosen));
    });
    if (list.hidden) text.removeAttribute('aria-activedescendant');
    else text.setAttribute('aria-activedescendant', `${list.id}-${chosen}`);
  }

  function hide() {
    list.hidden = true;
    mark();
  }

  function take(name) {
    const [typed] = begun() ?? [''];
    const at = text.selectionStart;
    text.setRangeText(`@${name} `, at - typed.length, at, 'end');
    hide();
    onTaken();
  }

  text.setAttribute('aria-autocomplete', 'list');
  // A text box may not say that it is expanded, as a combobox may: that there is a list is announced.
  text.setAttribute('aria-haspopup', 'listbox');
  text.setAttribute('aria-controls', list.id);
  text.addEventListener('input', show);
  text.addEventListener('blur', hide);
  onEscape(1, () => {
    if (list.hidden) return false;
    hide();
    return true;
  });

  /** @returns whether the key was for the list. */
  return function onKey({ key, shiftKey }) {
    if (list.hidden) return false;
    const items = list.children;
    if (key === 'ArrowDown') chosen = (chosen + 1) % items.length;
    else if (key === 'ArrowUp') chosen = (chosen + items.length - 1) % items.length;
    else if ((key === 'Enter' && !shiftKey) || key === 'Tab') {
      take(items[chosen].dataset.name);
      return true;
    } else return false;
    mark();
    return true;
  };
}
