import { copyButton, element } from './dom.js';

/** The newest answer's trace is open, unless the reader closed one; a trace that the reader touched stays as it is. */
let wanted = true;

const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
const count = (number) => number.toLocaleString('en');

/** The place under an answer where its trace appears. */
export function createTrace(runId) {
  const details = element(
    'details',
    { class: 'trace' },
    element('summary', {}),
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'Runs of this trace'),
      element(
        'colgroup',
        {},
        element('col', { class: 'name' }),
        element('col'),
        element('col', { class: 'duration' }),
      ),
      runHead(),
      element('tbody'),
    ),
    element(
      'p',
      { class: 'run-id' },
      element('span', {}, 'Run'),
      element('code', {}, runId),
      copyButton(runId, 'run id'),
    ),
  );
  details.querySelector('summary').addEventListener('click', () => {
    details.touched = true;
    wanted = !details.open;
  });
  return details;
}

function runHead() {
  const heads = ['Run', 'Time line', 'Duration'].map((name) =>
    element('th', { scope: 'col' }, element('span', { class: 'unseen' }, name)),
  );
  return element('thead', {}, element('tr', {}, ...heads));
}

/** Draws the runs as LangSmith received them; without a trace yet, says so. */
export function updateTrace(details, trace, isNewest) {
  if (!details.touched) details.open = isNewest && wanted;
  const summary = details.querySelector('summary');
  if (trace === undefined) {
    summary.replaceChildren(element('b', {}, 'Trace'), element('span', {}, 'not received yet'));
    return;
  }
  const total = Math.max(1, ...trace.runs.map(({ offset, duration = 0 }) => offset + duration));
  const [root] = trace.runs;
  const tokens = trace.runs.filter((run) => run.tokens).map((run) => run.tokens);
  const sum = (side) => tokens.reduce((all, each) => all + each[side], 0);
  const facts = [
    root?.duration === undefined ? 'running' : seconds(root.duration),
    `${trace.runs.length} ${trace.runs.length === 1 ? 'run' : 'runs'}`,
    ...(tokens.length > 0 ? [`${count(sum('input') + sum('output'))} tokens`] : []),
  ];
  const votes = trace.feedback.map(({ key, score }) =>
    element('em', {}, score === undefined ? key : `${key} ${score}`),
  );
  summary.replaceChildren(element('b', {}, 'Trace'), element('span', {}, facts.join(' · ')), ...votes);
  details.querySelector('tbody').replaceChildren(...trace.runs.map((run) => row(run, total)));
}

function row(run, total) {
  const bar = element('i', { class: run.duration === undefined ? 'running' : undefined });
  bar.style.left = `${(100 * run.offset) / total}%`;
  bar.style.width = `${(100 * (run.duration ?? total - run.offset)) / total}%`;
  const name = element('th', { scope: 'row' }, element('b', {}, run.name), element('small', {}, run.type));
  name.style.setProperty('--depth', run.depth);
  const tokens = run.tokens && `${count(run.tokens.input)} in, ${count(run.tokens.output)} out`;
  return element(
    'tr',
    { class: run.error ? 'failed' : undefined, 'data-type': run.type },
    name,
    element(
      'td',
      { class: 'line' },
      element('div', {}, bar),
      tokens ? element('small', {}, tokens) : undefined,
    ),
    element(
      'td',
      { class: 'duration' },
      run.error ? 'failed' : run.duration === undefined ? '…' : seconds(run.duration),
    ),
  );
}
