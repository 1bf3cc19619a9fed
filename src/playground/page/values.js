import { element } from './dom.js';

const LONG = 90;

/** Any JSON as something to read: objects as names and values, text as text, whatever it says. */
export function valueView(value, depth = 0) {
  if (value === null || value === undefined) return element('span', { class: 'nothing' }, 'null');
  if (typeof value === 'string') return textView(value);
  if (typeof value !== 'object') return element('span', { class: 'number' }, String(value));
  if (Array.isArray(value)) return listView(value, depth);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return element('span', { class: 'nothing' }, '{}');
  if (depth > 6) return textView(JSON.stringify(value, null, 2));
  return element(
    'dl',
    { class: 'fields' },
    ...entries.map(([name, each]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, valueView(each, depth + 1))),
    ),
  );
}

function listView(values, depth) {
  if (values.length === 0) return element('span', { class: 'nothing' }, '[]');
  if (values.every((value) => typeof value !== 'object'))
    return element('span', {}, values.map(String).join(', '));
  return element(
    'ol',
    { class: 'values' },
    ...values.map((value) => element('li', {}, valueView(value, depth + 1))),
  );
}

function textView(text) {
  if (text === '') return element('span', { class: 'nothing' }, '""');
  if (text.length <= LONG && !text.includes('\n')) return element('span', {}, text);
  // Long texts scroll, so the keyboard must reach them.
  return element('pre', { tabindex: '0' }, text);
}
