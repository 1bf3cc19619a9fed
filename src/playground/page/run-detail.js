import { copyButton, count, dollars, element, load, seconds } from './dom.js';
import { valueView } from './values.js';

/** Fills a run that was opened with what LangSmith has of it. */
export async function fillRunDetail(place, id) {
  try {
    const run = await load(`/runs/${id}`);
    place.replaceChildren(...parts(run));
  } catch (error) {
    place.replaceChildren(element('p', { class: 'problem' }, error.message));
  }
}

function parts(run) {
  const { inputs, outputs, documents, metadata, error } = run;
  return [
    error === undefined ? undefined : element('pre', { class: 'failure', tabindex: '0' }, error),
    facts(run),
    fold('Inputs', inputs),
    documents && foundDocuments(documents),
    outputs === undefined ? undefined : fold('Outputs', outputs),
    fold('Metadata', metadata, false),
  ].filter((part) => part !== undefined);
}

function facts({ id, model, tokens, cost, priceSource, startTime, firstTokenTime }) {
  const rows = [
    ...(model ? [['Model', model]] : []),
    ...(tokens
      ? [
          ['Tokens', `${count(tokens.input)} in, ${count(tokens.output)} out`],
          ...(tokens.cacheRead + tokens.cacheWrite + tokens.cacheWriteForHour > 0
            ? [
                [
                  'Prompt cache',
                  `${count(tokens.cacheRead)} read, ${count(tokens.cacheWrite + tokens.cacheWriteForHour)} written`,
                ],
              ]
            : []),
        ]
      : []),
    ...(cost === undefined ? [] : [['Cost', `${dollars(cost)}, at ${priceSource}`]]),
    ...(firstTokenTime === undefined ? [] : [['First word', `after ${seconds(firstTokenTime - startTime)}`]]),
  ];
  return element(
    'dl',
    { class: 'facts' },
    ...rows.map(([name, text]) => element('div', {}, element('dt', {}, name), element('dd', {}, text))),
    element(
      'div',
      {},
      element('dt', {}, 'Run'),
      element('dd', { class: 'id' }, element('code', {}, id), copyButton(id, 'run id')),
    ),
  );
}

function fold(name, value, open = true) {
  return element('details', { class: 'part', open }, element('summary', {}, name), valueView(value));
}

function foundDocuments(documents) {
  const best = Math.max(...documents.map(({ score }) => score ?? 0), Number.MIN_VALUE);
  const items = documents.map(({ title, headings, text, url, source, score }) => {
    const meter = element('i', { 'aria-hidden': 'true' });
    meter.style.width = `${Math.max(4, (100 * (score ?? 0)) / best)}%`;
    return element(
      'li',
      {},
      element(
        'details',
        {},
        element(
          'summary',
          {},
          element('span', { class: 'meter' }, meter),
          element('b', {}, [title, ...headings].join(' › ')),
          score === undefined ? undefined : element('span', { class: 'score' }, score.toPrecision(3)),
        ),
        element('pre', { tabindex: '0' }, text),
        element(
          'p',
          {},
          source,
          url ? ' · ' : undefined,
          url ? element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, url) : undefined,
        ),
      ),
    );
  });
  const name = `${documents.length} ${documents.length === 1 ? 'document' : 'documents'}, best first`;
  return element(
    'details',
    { class: 'part', open: true },
    element('summary', {}, name),
    element('ol', { class: 'found' }, ...items),
  );
}
