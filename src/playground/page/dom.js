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
 * selection and open details survive. Where the child goes that has the focus, `onFocusLost` gets the one that is now in
 * its place, if there is any, to put the focus there: else the keyboard's user would begin the page anew.
 */
export function reconcile(list, items, keyOf, create, update, onFocusLost) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const focused = list.contains(document.activeElement) ? document.activeElement : undefined;
  const place = [...list.children].findIndex((child) => child.contains(focused ?? null));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    const child = known.get(key) ?? create(item);
    known.delete(key);
    child.dataset.key = key;
    update(child, item);
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  for (const child of known.values()) child.remove();
  if (!focused || document.activeElement === focused) return;
  // A child that changed its place has lost the focus by that.
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else onFocusLost?.(list.children[Math.min(place, list.children.length - 1)]);
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

/** Says a sentence to screen readers: in a dialog from within it, as what is behind it is silent. */
export function announce(text) {
  const announcer = document.querySelector('dialog[open] .announcer') ?? find('announcer');
  announcer.textContent = text;
}

/** Names of settings, such as ANTHROPIC_API_KEY, and commands as code. */
export function withSettings(text) {
  const pieces = text.split(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|npm run \w+)\b/);
  return pieces.map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece));
}

/** Sends what the person does whom the page speaks as; resolves to what the server answers. */
export async function send(path, content) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: told.workspace.me.id, ...content }),
  });
  return answered(response);
}

export async function sendFile(path, file) {
  const response = await request(path, {
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
  return answered(await request(path));
}

/** Each browser has words of its own for a server that is not there. */
async function request(path, options) {
  try {
    return await fetch(path, options);
  } catch (cause) {
    throw new Error('the playground does not answer.', { cause });
  }
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
