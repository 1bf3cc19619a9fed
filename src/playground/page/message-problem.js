import { element } from './dom.js';

/** Says under a message what could not be done with it; with nothing to say takes that away. */
export function tellProblem(item, text = '') {
  item.querySelector('article > .problem')?.remove();
  if (text === '') return;
  item.querySelector('article').append(element('p', { class: 'problem', role: 'alert' }, text));
}
