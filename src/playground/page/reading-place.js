const NEAR_END = 60;
/** Of the place for messages, what the question above an answer may take. */
const QUESTION_SHARE = 0.35;

/**
 * Keeps the reader's place in a scroller of messages. A new answer is followed only until its first words reach the top:
 * from there on they stay in view. Who scrolls to the end by themselves is kept there; who scrolls anywhere else is left
 * alone.
 */
export function createReadingPlace(scroller) {
  let mode = 'answer';
  let byReader = false;

  const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;

  for (const gesture of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    scroller.addEventListener(gesture, () => (byReader = true), { passive: true });
  scroller.addEventListener('scroll', () => {
    if (byReader) mode = isAtEnd() ? 'end' : 'free';
  });

  function settle(newest) {
    if (mode === 'free') return;
    const end = scroller.scrollHeight - scroller.clientHeight;
    const question = newest?.previousElementSibling;
    const above = Math.min(question?.offsetHeight ?? 0, scroller.clientHeight * QUESTION_SHARE);
    const start = newest && mode === 'answer' ? newest.offsetTop - scroller.offsetTop - above : end;
    byReader = false;
    scroller.scrollTop = Math.min(end, start);
  }

  return {
    /** Runs a change of the content; `newest` finds the newest answer then. */
    keep(change, newest) {
      change();
      settle(newest());
    },
    /** Follows from here on: the reader wrote something, or opened another thread. */
    follow() {
      mode = 'answer';
    },
  };
}
