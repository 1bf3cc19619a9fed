import { told } from './state.js';

export const find = (id) => document.querySelector(`#${id}`);

/** Makes an element; `undefined` properties are left out, text is always text. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Makes a list's children those of `items`, in their order, and keeps each child for as long as its item stays: focus,
 * selection and open details survive.
 */
export function reconcile(list, items, keyOf, create, update) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    const child = known.get(key) ?? create(item);
    known.delete(key);
    child.dataset.key = key;
    update(child, item);
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  for (const child of known.values()) child.remove();
}

export function copyButton(text, what) {
  const button = element(
    'button',
    { type: 'button', class: 'icon copy', 'aria-label': `Copy the ${what}` },
    icon('copy'),
  );
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon('done'));
    announce(`Copied the ${what}`);
    setTimeout(() => button.replaceChildren(icon('copy')), 1500);
  });
  return button;
}

/** Says a sentence to screen readers. */
export function announce(text) {
  find('announcer').textContent = text;
}

/** Names of settings, such as ANTHROPIC_API_KEY, and commands as code. */
export function withSettings(text) {
  const pieces = text.split(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|npm run \w+)\b/);
  return pieces.map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece));
}

/** Sends what the person does whom the page speaks as; resolves to what the server answers. */
export async function send(path, content) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: told.workspace.me.id, ...content }),
  });
  return answered(response);
}

export async function sendFile(path, file) {
  const response = await fetch(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(file.name),
      'x-file-type': encodeURIComponent(file.type),
    },
    body: file,
  });
  return answered(response);
}

export async function load(path) {
  return answered(await fetch(path));
}

async function answered(response) {
  if (!response.ok)
    throw new Error((await response.text()).trim() || `The server answered ${response.status}.`);
  return response.status === 204 ? undefined : response.json();
}

export const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
export const count = (number) => number.toLocaleString('en');
export const dollars = (amount) => `$${amount.toFixed(amount < 0.01 ? 5 : 4)}`;
export const bytes = (size) =>
  size < 1000 ? `${size} B` : size < 1e6 ? `${Math.round(size / 1000)} kB` : `${(size / 1e6).toFixed(1)} MB`;
