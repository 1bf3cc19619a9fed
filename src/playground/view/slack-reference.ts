import { escapeHtml } from './escape-html.js';
import { decodeSlackEntities } from './slack-entities.js';

/** The display name of a user or channel id, if the workspace knows it. */
export type NameOf = (id: string) => string | undefined;

/** Matches `<…>`, Slack's control sequence: a link, a mention, a broadcast. Text's own `<` is always `&lt;`. */
export const REFERENCE = /<([^<>\n]+)>/;

/** An absolute link that a person may follow; everything else (javascript:, data:, relative paths) stays text. */
export const SAFE_LINK = /^(?:https?:\/\/[^\s/]|mailto:[^\s])/i;

export const LINK_ATTRIBUTES = { target: '_blank', rel: 'noopener noreferrer nofollow' } as const;

/**
 * HTML for what stands between `<` and `>`; undefined when Slack gives it no meaning.
 *
 * Broadcasts are shown as such on purpose: whoever tries prompts here must see that an answer would page a channel.
 */
export function referenceToHtml(reference: string, nameOf: NameOf): string | undefined {
  const bar = reference.indexOf('|');
  const target = decodeSlackEntities(bar < 0 ? reference : reference.slice(0, bar));
  const label = bar < 0 ? '' : decodeSlackEntities(reference.slice(bar + 1));

  if (SAFE_LINK.test(target)) {
    const { target: frame, rel } = LINK_ATTRIBUTES;
    return `<a href="${escapeHtml(target)}" target="${frame}" rel="${rel}">${escapeHtml(label || target)}</a>`;
  }
  const id = target.slice(1);
  if (/^@[UW][A-Z0-9]+$/.test(target)) return mention(`@${nameOf(id) ?? (label || id)}`);
  if (/^#[CGD][A-Z0-9]+$/.test(target)) return mention(`#${nameOf(id) ?? (label || id)}`);
  if (/^!(?:here|channel|everyone)$/.test(target)) return mention(`@${id}`, 'broadcast');
  if (/^!subteam\^/.test(target)) return mention(label || '@group', 'broadcast');
  if (/^!date\^/.test(target)) return escapeHtml(label);
  return undefined;
}

function mention(text: string, kind = 'mention'): string {
  return `<span class="${kind}">${escapeHtml(text)}</span>`;
}
