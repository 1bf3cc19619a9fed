import { acceptDrops } from './attachments.js';
import { createDialog } from './dialog.js';
import { element, find, icon, reconcile, send, sendFile, withSettings } from './dom.js';
import { told } from './state.js';

const HINT = 'What is added here can be asked about at once, and stays until it is removed.';

/** The documents that the bot answers from, and what adds to them. */
export function createDocuments() {
  createDialog('documents-dialog', 'open-documents');
  find('document-files').addEventListener('change', ({ target }) => {
    addFiles([...target.files]);
    target.value = '';
  });
  acceptDrops(find('drop'), (files) => addFiles([...files]));
  find('page-form').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(async () => {
      await send('/documents/page', { address: find('page-address').value });
      find('page-address').value = '';
    });
  });
}

function addFiles(files) {
  attempt(async () => {
    for (const file of files) await sendFile('/documents', file);
  });
}

async function attempt(work) {
  const problem = find('documents-problem');
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

export function drawDocuments() {
  const { closed, documents } = told.documents;
  find('documents-form').hidden = closed !== undefined;
  find('documents-lead').replaceChildren(...withSettings(closed ?? HINT));
  reconcile(find('documents'), documents, ({ name }) => name, createDocument, updateDocument);
}

function createDocument({ name }) {
  return element(
    'li',
    {},
    element('div', {}, element('b', {}, name), element('span', { class: 'note' })),
    element(
      'button',
      {
        type: 'button',
        class: 'icon',
        'aria-label': `Remove ${name}`,
        onclick: () => attempt(() => send('/documents/remove', { name })),
      },
      icon('close'),
    ),
  );
}

function updateDocument(item, { state, note, removable }) {
  item.className = state;
  item.querySelector('.note').textContent = note;
  item.querySelector('button').hidden = !removable;
}
