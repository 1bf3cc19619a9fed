import { acceptDrops } from './attachments.js';
import { createDialog } from './dialog.js';
import { announce, element, find, icon, reconcile, send, sendFile, withSettings } from './dom.js';
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

/** Each by itself: one that is refused keeps none of the others away. */
async function addFiles(files) {
  tellProblems([]);
  const refusals = [];
  for (const file of files) {
    try {
      await sendFile('/documents', file);
    } catch ({ message }) {
      refusals.push(naming(file.name, message));
    }
  }
  tellProblems(refusals);
}

async function attempt(work) {
  tellProblems([]);
  try {
    await work();
  } catch (error) {
    tellProblems([error.message]);
  }
}

function tellProblems(texts) {
  const place = find('documents-problem');
  place.hidden = texts.length === 0;
  place.replaceChildren(...texts.map((text) => element('span', {}, text)));
}

export function drawDocuments() {
  const { closed, documents } = told.documents;
  find('documents-form').hidden = closed !== undefined;
  find('documents-lead').replaceChildren(...withSettings(closed ?? HINT));
  const focusFiles = () => find('document-files').focus();
  reconcile(find('documents'), documents, ({ name }) => name, createDocument, updateDocument, focusFiles);
}

const naming = (name, text) => (text.includes(name) ? text : `${name}: ${text}`);

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

function updateDocument(item, { name, state, note, removable }) {
  // Its beginning and its end are said, not every page on the way.
  if (item.className !== '' && item.className !== state) announce(naming(name, note));
  item.className = state;
  item.querySelector('.note').replaceChildren(...withSettings(note));
  item.querySelector('button').hidden = !removable;
}
