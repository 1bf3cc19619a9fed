import { element, load } from './dom.js';
import { onEscape } from './escape.js';

const MOST_CHARACTERS = 420;
const LEAVE_AFTER_MS = 200;

/** The passages by trace; a trace that is not complete is asked for again. */
const passages = new Map();

const popover = element('div', { class: 'passage', id: 'passage', role: 'tooltip', hidden: true });
let shownFor;
let leaving;

/** Makes the numbers in an answer buttons that show what they stand for: under the pointer, on focus and on touch. */
export function linkCitations(body, runId) {
  for (const mark of body.querySelectorAll('.citation')) {
    const number = Number(/\d+/.exec(mark.textContent)[0]);
    const button = element(
      'button',
      { type: 'button', class: 'citation', 'aria-label': `Source ${number}` },
      mark.textContent,
    );
    button.addEventListener(
      'pointerenter',
      ({ pointerType }) => pointerType === 'mouse' && show(button, runId, number),
    );
    button.addEventListener('pointerleave', leave);
    button.addEventListener('focus', () => show(button, runId, number));
    button.addEventListener('blur', hide);
    button.addEventListener('click', () => (shownFor === button ? undefined : show(button, runId, number)));
    mark.replaceWith(button);
  }
}

async function show(button, runId, number) {
  clearTimeout(leaving);
  if (shownFor === button) return;
  hide();
  shownFor = button;
  button.setAttribute('aria-describedby', 'passage');
  const found = await passagesOf(runId);
  if (shownFor !== button || !button.isConnected) return;
  const passage = found.find((each) => each.number === number);
  popover.replaceChildren(
    ...(passage ? content(passage) : [element('p', {}, 'LangSmith has not received this trace yet.')]),
  );
  popover.hidden = false;
  placeBy(button);
}

async function passagesOf(runId) {
  const known = passages.get(runId);
  if (known) return known;
  try {
    const found = await load(`/passages/${runId}`);
    if (found.length > 0) passages.set(runId, found);
    return found;
  } catch {
    return [];
  }
}

/** The words that were quoted, where the model says so; else how the passage begins. */
function content({ title, headings, words: all, url, source }) {
  const words = all.length > MOST_CHARACTERS ? `${all.slice(0, MOST_CHARACTERS)}…` : all;
  return [
    element('b', {}, [title, ...headings].join(' › ')),
    element('p', {}, words || 'The passage itself is not kept any more.'),
    element('small', {}, url ?? source),
  ];
}

/** Below its number, or above where there is more room; never beyond the window. */
function placeBy(button) {
  const mark = button.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const left = Math.max(8, Math.min(mark.left - 24, innerWidth - box.width - 8));
  const below = mark.bottom + 6 + box.height < innerHeight || mark.top < innerHeight / 2;
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? mark.bottom + 6 : mark.top - box.height - 6}px`;
}

/** Moving on to a number by keyboard may scroll it into view: what it shows goes with it. */
function follow() {
  if (!shownFor || document.activeElement !== shownFor) return hide();
  const { top, bottom } = shownFor.closest('.scroll').getBoundingClientRect();
  const mark = shownFor.getBoundingClientRect();
  if (mark.bottom < top || mark.top > bottom) hide();
  else if (!popover.hidden) placeBy(shownFor);
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(() => document.activeElement !== shownFor && hide(), LEAVE_AFTER_MS);
}

function hide() {
  clearTimeout(leaving);
  shownFor?.removeAttribute('aria-describedby');
  shownFor = undefined;
  popover.hidden = true;
}

export function listenForCitations() {
  document.body.append(popover);
  popover.addEventListener('pointerenter', () => clearTimeout(leaving));
  popover.addEventListener('pointerleave', leave);
  document.addEventListener('pointerdown', ({ target }) => {
    if (shownFor && target !== shownFor && !popover.contains(target)) hide();
  });
  document.addEventListener('scroll', follow, true);
  onEscape(1, () => {
    if (!shownFor) return false;
    hide();
    return true;
  });
}
