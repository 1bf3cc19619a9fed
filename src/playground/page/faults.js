import { createDialog } from './dialog.js';
import { element, find, reconcile, send, withSettings } from './dom.js';
import { told } from './state.js';

const CONDITIONS = ['well', 'slow', 'limited', 'broken', 'down'];

/** What may go wrong on purpose. */
export function createFaults() {
  createDialog('faults-dialog', 'open-faults');
  for (const id of ['heal', 'heal-all']) find(id).addEventListener('click', () => send('/faults/heal', {}));
}

export function drawFaults() {
  const wrong = told.faults.filter(({ condition }) => condition !== 'well');
  find('banner').hidden = wrong.length === 0;
  const text = wrong.map(({ label, condition }) => `${label} is ${condition}`).join(', ');
  if (find('banner-text').textContent !== text) find('banner-text').textContent = `${text}, on purpose`;
  find('heal-all').disabled = wrong.length === 0;
  document.body.classList.toggle('faulty', wrong.length > 0);
  reconcile(find('faults'), told.faults, ({ part }) => part, createPart, updatePart);
}

function createPart({ part, label }) {
  return element(
    'fieldset',
    {},
    element('legend', {}, label),
    element(
      'div',
      { class: 'conditions' },
      ...CONDITIONS.map((condition) =>
        element(
          'label',
          {},
          element('input', {
            type: 'radio',
            name: `fault-${part}`,
            value: condition,
            onchange: () => send('/faults', { part, condition }),
          }),
          element('span', {}, condition),
        ),
      ),
    ),
    element('p', { class: 'hint' }),
  );
}

function updatePart(item, { condition, note, inUse }) {
  for (const input of item.querySelectorAll('input')) {
    input.checked = input.value === condition;
    input.disabled = !inUse;
  }
  item.classList.toggle('unused', !inUse);
  const hint = item.querySelector('.hint');
  if (hint.textContent !== note) hint.replaceChildren(...withSettings(note));
}
