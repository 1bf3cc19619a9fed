/** What Escape closes, the innermost first; native dialogs close themselves. Each tells whether it had something to close. */
const closers = [];

/** @param rank 1 for what lies above everything (lists, popovers, menus), 2 for what is beside it (a thread) */
export function onEscape(rank, close) {
  closers.push({ rank, close });
  closers.sort((left, right) => left.rank - right.rank);
}

export function listenForEscape() {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      const inDialog = document.querySelector('dialog[open]') !== null;
      for (const { rank, close } of closers) {
        if (rank > 1 && inDialog) return;
        if (!close(event)) continue;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
    },
    true,
  );
}
