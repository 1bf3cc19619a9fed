import { find } from './dom.js';

/** A dialog of the page: opened by a button, closed by its own, by Escape or by a click beside it. Focus returns. */
export function createDialog(id, openerId) {
  const dialog = find(id);
  find(openerId)?.addEventListener('click', () => dialog.showModal());
  for (const button of dialog.querySelectorAll('[data-close]'))
    button.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && isBeside(dialog, event)) dialog.close();
  });
  return dialog;
}

/** Whether a click was on the backdrop: the dialog itself is its target either way. */
function isBeside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
