import { element, find, load, reconcile, seconds } from './dom.js';
import { calls, place } from './state.js';
import { valueView } from './values.js';

/** What the bot asked of Slack for this thread, in order. */
export function drawCalls() {
  const shown = [...calls.values()].filter(
    ({ channelId, threadTs }) => channelId === place.channelId && threadTs === place.threadTs,
  );
  const refused = shown.filter(({ error }) => error !== undefined).length;
  find('no-calls').hidden = shown.length > 0;
  find('calls-total').textContent = [
    `${shown.length} ${shown.length === 1 ? 'call' : 'calls'}`,
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(' · ');
  const start = shown[0]?.at ?? 0;
  reconcile(
    find('call-list'),
    shown,
    ({ id }) => id,
    createCall,
    (item, call) => updateCall(item, call, start),
  );
}

function createCall({ id }) {
  const body = element('div', { class: 'detail' });
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('time'),
      element('b'),
      element('span', { class: 'outcome' }),
      element('span', { class: 'duration' }),
    ),
    body,
  );
  details.addEventListener('toggle', () => {
    if (details.open) fill(body, id);
  });
  return element('li', { class: 'call' }, details);
}

function updateCall(item, { id, method, at, ms, error, isFault }, start) {
  const [details] = item.children;
  const [time, name, outcome, duration] = details.firstElementChild.children;
  time.textContent = `+${((at - start) / 1000).toFixed(2)} s`;
  name.textContent = method;
  item.classList.toggle('failed', error !== undefined || (isFault && ms === undefined));
  outcome.textContent = error ?? (ms === undefined ? (isFault ? 'cut' : '…') : 'ok');
  duration.textContent = ms === undefined ? '' : seconds(ms);
  if (details.open && ms !== undefined && item.answered === false) fill(details.lastElementChild, id);
  item.answered = ms !== undefined;
}

async function fill(body, id) {
  try {
    const { args, answer } = await load(`/calls/${id}`);
    body.replaceChildren(
      element('details', { class: 'part', open: true }, element('summary', {}, 'Arguments'), valueView(args)),
      element('details', { class: 'part', open: true }, element('summary', {}, 'Answer'), valueView(answer)),
    );
  } catch (error) {
    body.replaceChildren(element('p', { class: 'problem' }, error.message));
  }
}
