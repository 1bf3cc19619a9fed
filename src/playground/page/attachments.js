import { bytes, element, icon, sendFile } from './dom.js';

const MOST = 10;

/** The files that go with the next message of a box: chosen, dropped or pasted. */
export function createAttachments(form, list, { onProblem }) {
  let files = [];
  const input = form.querySelector('input[type=file]');

  function add(more) {
    const room = MOST - files.length;
    if (more.length > room) onProblem(`At most ${MOST} files go with one message.`);
    files = [...files, ...[...more].slice(0, room)];
    draw();
  }

  function draw() {
    list.hidden = files.length === 0;
    list.replaceChildren(
      ...files.map((file) =>
        element(
          'li',
          {},
          icon('file'),
          element('span', {}, file.name),
          element('small', {}, bytes(file.size)),
          element(
            'button',
            {
              type: 'button',
              'aria-label': `Remove ${file.name}`,
              onclick: () => {
                files = files.filter((each) => each !== file);
                draw();
                form.querySelector('textarea').focus();
              },
            },
            icon('close'),
          ),
        ),
      ),
    );
  }

  input.addEventListener('change', () => {
    add(input.files);
    input.value = '';
    form.querySelector('textarea').focus();
  });
  acceptDrops(form, add);
  form.addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData.files.length > 0) add(clipboardData.files);
  });

  return {
    get files() {
      return files;
    },
    /** Hands the files to the server; resolves to the ids by which a message names them. */
    async upload() {
      const sent = await Promise.all(files.map((file) => sendFile('/uploads', file)));
      return sent.map(({ id }) => id);
    },
    set(others) {
      files = others;
      draw();
    },
  };
}

/** A file that is dropped beside a place for files would open in the page's stead. */
export function refuseStrayDrops() {
  for (const name of ['dragover', 'drop'])
    document.addEventListener(name, (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
}

/** Lets files be dropped on an element. */
export function acceptDrops(target, take) {
  for (const name of ['dragover', 'dragenter'])
    target.addEventListener(name, (event) => {
      event.preventDefault();
      target.classList.add('dropping');
    });
  target.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!target.contains(relatedTarget)) target.classList.remove('dropping');
  });
  target.addEventListener('drop', (event) => {
    event.preventDefault();
    target.classList.remove('dropping');
    take(event.dataTransfer.files);
  });
}
