import { createDialog } from './dialog.js';
import { announce, element, find, reconcile, send, withSettings } from './dom.js';
import { told } from './state.js';

/** What may go wrong on purpose. */
export function createFaults() {
  createDialog('faults-dialog', 'open-faults');
  for (const id of ['heal', 'heal-all']) find(id).addEventListener('click', () => change('/faults/heal', {}));
}

/** What cannot be changed, because the program has gone, stands as it was and is said. */
async function change(path, content) {
  tellProblem('');
  try {
    await send(path, content);
  } catch (error) {
    tellProblem(`Not changed: ${error.message}`);
    drawFaults();
  }
}

function tellProblem(text) {
  find('faults-problem').textContent = text;
  find('faults-problem').hidden = text === '';
  if (text !== '' && !find('faults-dialog').open) announce(text);
}

export function drawFaults() {
  const wrong = told.faults.filter(({ condition }) => condition !== 'well');
  const isLeft = wrong.length === 0 && document.activeElement === find('heal');
  find('banner').hidden = wrong.length === 0;
  const text = `${wrong.map(({ label, condition }) => `${label} is ${condition}`).join(', ')}, on purpose`;
  // Written again it would be read out again.
  if (find('banner-text').textContent !== text) find('banner-text').textContent = text;
  find('heal-all').ariaDisabled = String(wrong.length === 0);
  if (isLeft) find('open-faults').focus();
  document.body.classList.toggle('faulty', wrong.length > 0);
  reconcile(find('faults'), told.faults, ({ part }) => part, createPart, updatePart);
}

function createPart({ part, label, conditions }) {
  return element(
    'fieldset',
    {},
    element('legend', {}, label),
    element(
      'div',
      { class: 'conditions' },
      ...conditions.map((condition) =>
        element(
          'label',
          {},
          element('input', {
            type: 'radio',
            name: `fault-${part}`,
            value: condition,
            onchange: () => change('/faults', { part, condition }),
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
