import { element, find, load, reconcile, seconds } from './dom.js';
import { calls, place } from './state.js';
import { valueView } from './values.js';

const REFUSED = 'refused';

/** Which of them the reader wants to see: all, those of one method, or those that Slack refused. */
export function createCalls() {
  find('calls-shown').addEventListener('change', drawCalls);
}

/** What the bot asked of Slack for this thread, in order. */
export function drawCalls() {
  const made = [...calls.values()].filter(
    ({ channelId, threadTs }) => channelId === place.channelId && threadTs === place.threadTs,
  );
  const refused = made.filter(({ error }) => error !== undefined);
  find('no-calls').hidden = made.length > 0;
  find('calls-total').textContent = [
    `${made.length} ${made.length === 1 ? 'call' : 'calls'}`,
    ...(refused.length > 0 ? [`${refused.length} refused`] : []),
  ].join(' · ');
  drawFilter(made, refused);
  const wanted = find('calls-shown').value;
  const shown = made.filter(
    ({ method, error }) => wanted === '' || method === wanted || (wanted === REFUSED && error !== undefined),
  );
  const start = made[0]?.at ?? 0;
  reconcile(
    find('call-list'),
    shown,
    ({ id }) => id,
    createCall,
    (item, call) => updateCall(item, call, start),
  );
}

function drawFilter(made, refused) {
  const methods = [...new Set(made.map(({ method }) => method))];
  const choices = [
    ['', 'all'],
    ...(refused.length > 0 ? [[REFUSED, `refused (${refused.length})`]] : []),
    ...methods.map((name) => [name, `${name} (${made.filter(({ method }) => method === name).length})`]),
  ];
  const select = find('calls-shown');
  find('calls-filter').hidden = made.length === 0;
  const chosen = choices.some(([value]) => value === select.value) ? select.value : '';
  const offered = JSON.stringify(choices);
  if (select.offered === offered) return;
  select.offered = offered;
  select.replaceChildren(...choices.map(([value, label]) => element('option', { value }, label)));
  select.value = chosen;
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
