import { element, find, icon, send } from './dom.js';
import { told } from './state.js';

/** The modal that the app has opened for the person whom the page speaks as. */
export function drawModal() {
  const dialog = find('modal');
  const view = told.modal;
  if (!view) {
    if (dialog.open) dialog.close();
    dialog.viewId = undefined;
    return;
  }
  const shown = JSON.stringify(view);
  if (dialog.shown === shown && dialog.open) return;
  dialog.shown = shown;
  dialog.viewId = view.id;
  dialog.replaceChildren(form(view, dialog));
  if (!dialog.open) dialog.showModal();
  // Not its button to close, which is first.
  dialog.querySelector('.fields :is(input, select, textarea), footer button:last-child')?.focus();
}

export function createModal() {
  // Escape, and the buttons: the app may want to know.
  find('modal').addEventListener('close', ({ target }) => {
    const viewId = target.viewId;
    if (viewId === undefined || told.modal?.id !== viewId) return;
    told.modal = null;
    send('/modals/close', { viewId }).catch(() => {});
  });
}

function form(view, dialog) {
  const close = () => dialog.close();
  const problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  const made = element(
    'form',
    { method: 'dialog' },
    element(
      'header',
      {},
      element('h2', { id: 'modal-title' }, view.title),
      element(
        'button',
        { type: 'button', class: 'icon', 'aria-label': 'Close', onclick: close },
        icon('close'),
      ),
    ),
    element('div', { class: 'fields' }, ...view.parts.map(part)),
    problem,
    element(
      'footer',
      {},
      element('button', { type: 'button', class: 'plain', onclick: close }, view.close),
      view.submit ? element('button', { class: 'primary' }, view.submit) : undefined,
    ),
  );
  made.addEventListener('submit', async (event) => {
    event.preventDefault();
    for (const note of made.querySelectorAll('.wrong')) note.remove();
    problem.hidden = true;
    made.classList.add('busy');
    try {
      const { problems } = await send('/modals/submit', { viewId: view.id, values: valuesIn(made, view) });
      for (const [blockId, text] of Object.entries(problems)) complain(made, blockId, text);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      made.classList.remove('busy');
    }
  });
  return made;
}

function part(each, index) {
  if (each.kind === 'html') {
    const text = element('div', { class: 'body' });
    text.innerHTML = each.html;
    return text;
  }
  const id = `modal-${index}`;
  const { control, label, hint, optional } = each;
  const name = [label, optional ? element('small', {}, ' (optional)') : ''];
  const note = hint ? element('p', { class: 'hint', id: `${id}-hint` }, hint) : undefined;
  const isGroup = control.kind === 'radio' || control.kind === 'checkboxes';
  const field = isGroup
    ? element('fieldset', {}, element('legend', {}, ...name), ...choices(each, id), note)
    : element('div', {}, element('label', { for: id }, ...name), input(each, id), note);
  field.dataset.block = each.blockId;
  return field;
}

function choices({ control, initial, optional }, id) {
  const type = control.kind === 'radio' ? 'radio' : 'checkbox';
  return control.choices.map(({ value, label, description }) =>
    element(
      'label',
      {},
      element('input', {
        ...{ type, name: id, value, checked: initial.includes(value) },
        required: type === 'radio' && !optional,
      }),
      element('span', {}, label, description ? element('small', {}, description) : undefined),
    ),
  );
}

function input({ control, initial, optional, placeholder, hint }, id) {
  const described = hint ? `${id}-hint` : undefined;
  const common = { id, name: id, required: !optional, 'aria-describedby': described };
  if (control.kind === 'unknown')
    return element(
      'p',
      { id, class: 'unknown' },
      `An input of type ${control.type}, which this page does not draw`,
    );
  if (control.kind === 'select' || control.kind === 'multi-select') {
    const multiple = control.kind === 'multi-select';
    const empty = multiple ? [] : [element('option', { value: '' }, placeholder || 'Choose …')];
    const options = control.choices.map(({ value, label }) =>
      element('option', { value, selected: initial.includes(value) }, label),
    );
    return element('select', { ...common, multiple }, ...empty, ...options);
  }
  const { multiline, maxLength } = control;
  const made = element(multiline ? 'textarea' : 'input', {
    ...{ ...common, placeholder: placeholder || undefined, maxlength: maxLength },
    ...(multiline ? { rows: '4' } : { type: 'text' }),
  });
  made.value = initial[0] ?? '';
  return made;
}

/** By block and action, as Slack keeps them. */
function valuesIn(made, { parts }) {
  const filled = new FormData(made);
  const values = {};
  parts.forEach((each, index) => {
    if (each.kind !== 'input') return;
    values[each.blockId] = { [each.actionId]: filled.getAll(`modal-${index}`).filter((text) => text !== '') };
  });
  return values;
}

function complain(made, blockId, text) {
  const field = [...made.querySelectorAll('[data-block]')].find((each) => each.dataset.block === blockId);
  (field ?? made).append(element('p', { class: 'wrong problem', role: 'alert' }, text));
}
