import { copyButton, count, dollars, element, find, reconcile, seconds } from './dom.js';
import { feedbackLabel, traceFacts } from './message.js';
import { fillRunDetail } from './run-detail.js';
import { isLost, place, repliesTo, told } from './state.js';

/** The newest trace is open, unless the reader closed one; a trace that the reader touched stays as it is. */
let wanted = true;

/** A thread's turns as traces, each a tree of runs on a time line. */
export function drawTraces(sessionId, traces) {
  if (find('session-id').textContent !== sessionId) {
    find('session-id').textContent = sessionId;
    find('session-copy').replaceChildren(copyButton(sessionId, 'session id'));
    find('traces').replaceChildren();
  }
  const lost = lostHere();
  find('no-traces').hidden = traces.length > 0 && lost === '';
  find('no-traces').textContent = lost || 'A trace appears here with the first answer.';
  find('totals').textContent = totals(traces);
  linkTo(find('thread-link'), traces.length > 0 && `/t/${sessionId}`, 'Open in LangSmith');
  const newest = traces.at(-1);
  reconcile(
    find('traces'),
    traces,
    ({ runId }) => runId,
    createTrace,
    (item, trace) => updateTrace(item, trace, trace === newest),
  );
}

/** What LangSmith did not take of this thread, in a sentence. */
function lostHere() {
  const lost = new Set(repliesTo(place.threadTs).flatMap(({ runId }) => (isLost(runId) ? [runId] : [])));
  if (lost.size === 0) return '';
  const what = lost.size === 1 ? 'One trace of this thread is' : `${lost.size} traces of this thread are`;
  return `${what} lost: LangSmith did not take ${lost.size === 1 ? 'it' : 'them'}.`;
}

/** To LangSmith itself, where the traces go there too. */
function linkTo(place, path, label) {
  const href = told.projectUrl && path ? `${told.projectUrl}${path}` : '';
  if (place.href === href) return;
  place.href = href;
  place.replaceChildren(
    ...(href ? [element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label)] : []),
  );
}

function totals(traces) {
  const runs = traces.flatMap((trace) => trace.runs);
  const sum = (pick) => runs.reduce((all, run) => all + (pick(run) ?? 0), 0);
  const tokens = sum(({ tokens: used }) => used && used.input + used.output);
  const cost = sum((run) => run.cost);
  return [
    `${traces.length} ${traces.length === 1 ? 'turn' : 'turns'}`,
    ...(tokens > 0 ? [`${count(tokens)} tokens`] : []),
    ...(cost > 0 ? [dollars(cost)] : []),
  ].join(' · ');
}

function createTrace({ runId }) {
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('b'),
      element('span', { class: 'facts-line' }),
      element('span', { class: 'votes-line' }),
    ),
    element('ol', { class: 'runs', 'aria-label': 'Runs of this trace' }),
    element('dl', { class: 'given', 'aria-label': 'Feedback', hidden: true }),
    element(
      'p',
      { class: 'run-id' },
      element('span', {}, 'Trace'),
      element('code', {}, runId),
      copyButton(runId, 'trace id'),
      element('span', { class: 'open' }),
    ),
  );
  details.querySelector('summary').addEventListener('click', () => {
    details.touched = true;
    wanted = !details.open;
  });
  return element('li', { class: 'trace' }, details);
}

function updateTrace(item, trace, isNewest) {
  const [details] = item.children;
  if (!details.touched) details.open = isNewest && wanted;
  const [summary, runs, given, foot] = details.children;
  const [question, facts, votes] = summary.children;
  question.textContent = trace.question || 'A turn';
  const cost = trace.runs.reduce((sum, run) => sum + (run.cost ?? 0), 0);
  facts.textContent = [traceFacts(trace), ...(cost > 0 ? [dollars(cost)] : [])].join(' · ');
  votes.replaceChildren(...trace.feedback.map((feedback) => element('em', {}, feedbackLabel(feedback))));
  given.hidden = trace.feedback.length === 0;
  given.replaceChildren(...trace.feedback.map(feedbackRow));
  linkTo(foot.querySelector('.open'), `/r/${trace.runId}?poll=true`, 'Open');
  const total = Math.max(1, ...trace.runs.map(({ offset, duration = 0 }) => offset + duration));
  reconcile(
    runs,
    trace.runs,
    ({ id }) => id,
    createRun,
    (row, run) => updateRun(row, run, total),
  );
}

/** What the feedback that the bot itself sends stands for. */
const MEANINGS = {
  'answered 1': 'the documents held an answer',
  'answered 0': 'the documents held no answer',
  'user_score 1': 'somebody voted 👍',
  'user_score 0': 'somebody voted 👎',
  reason: 'what they say is wrong',
  correction: 'what they say would be right',
  citations_dropped: 'citations that no passage bears out, and that were left out',
};

function feedbackRow(feedback) {
  const label = feedbackLabel(feedback);
  const meaning = MEANINGS[label] ?? MEANINGS[feedback.key];
  const { comment } = feedback;
  return element(
    'div',
    {},
    element('dt', {}, label),
    element('dd', {}, [meaning, comment && `“${comment}”`].filter(Boolean).join(': ')),
  );
}

function createRun({ id }) {
  const place = element('div', { class: 'detail' });
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { class: 'name' }, element('b'), element('small')),
      element('span', { class: 'line', 'aria-hidden': 'true' }, element('i')),
      element('span', { class: 'duration' }),
    ),
    place,
  );
  details.addEventListener('toggle', () => {
    if (details.open) fillRunDetail(place, id);
  });
  return element('li', { class: 'run' }, details);
}

function updateRun(item, run, total) {
  const [details] = item.children;
  const [name, line, duration] = details.firstElementChild.children;
  item.dataset.type = run.type;
  item.setAttribute('aria-level', String(run.depth + 1));
  item.style.setProperty('--depth', run.depth);
  item.classList.toggle('failed', run.error !== undefined);
  name.firstElementChild.textContent = run.name;
  name.lastElementChild.textContent = run.type;
  const [bar] = line.children;
  bar.classList.toggle('running', run.duration === undefined);
  bar.style.left = `${(100 * run.offset) / total}%`;
  bar.style.width = `${(100 * (run.duration ?? total - run.offset)) / total}%`;
  duration.textContent = run.error ? 'failed' : run.duration === undefined ? '…' : seconds(run.duration);
  const ended = run.duration !== undefined;
  if (details.open && ended && item.ended === false) fillRunDetail(details.lastElementChild, run.id);
  item.ended = ended;
}

/** Opens one trace and brings it into view. */
export function revealTrace(runId) {
  const item = [...find('traces').children].find((each) => each.dataset.key === runId);
  if (!item) return;
  const [details] = item.children;
  details.touched = true;
  details.open = true;
  item.scrollIntoView({ block: 'nearest' });
  details.firstElementChild.focus();
}
