import { list, record, string } from '../unknown-json.js';
import { readableLink } from './readable-text.js';

type Element = Readonly<Record<string, unknown>>;

/**
 * The elements of a `rich_text` block as Markdown: sections, lists in lists, quotes, code, links and styles. Users, channels
 * and groups are named by their id. What is unknown shows its `text`, if it has one. Takes anything without throwing.
 * Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 *
 * @param leaveOut a user whose mentions are left out: the bot's own are no part of what was said to it.
 */
export function richText(elements: unknown, leaveOut?: string): string {
  return list(elements)
    .map((element) => block(record(element), leaveOut))
    .filter((text) => text.trim() !== '')
    .join('\n');
}

function block(element: Element, leaveOut: string | undefined): string {
  const inner = list(element.elements);
  switch (element.type) {
    case 'rich_text_list':
      return items(element, leaveOut);
    case 'rich_text_preformatted':
      return fenced(inner.map((part) => plain(record(part))).join(''), string(element.language));
    case 'rich_text_quote':
      return inline(inner, leaveOut).replace(/\n$/, '').replace(/^/gm, '> ');
    case 'rich_text_section':
      return inline(inner, leaveOut).replace(/\n$/, '');
    default:
      return inner.length > 0 ? richText(inner, leaveOut) : inline([element], leaveOut);
  }
}

/** Slack sends a nested list as one of its own, with an indent, and goes on with the outer one by an offset. */
function items({ style, indent, offset, elements }: Element, leaveOut: string | undefined): string {
  const margin = '   '.repeat(typeof indent === 'number' ? Math.min(Math.max(indent, 0), 8) : 0);
  const first = typeof offset === 'number' ? offset + 1 : 1;
  return list(elements)
    .map((item, index) => {
      const marker = style === 'ordered' ? `${first + index}. ` : '- ';
      const text = block(record(item), leaveOut).replace(/\n/g, `\n${margin}${' '.repeat(marker.length)}`);
      return `${margin}${marker}${text}`;
    })
    .join('\n');
}

/** With a longer fence around code that holds one. */
function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`{3,}/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w+#.-]{1,30}$/.test(language) ? language : ''}\n${code.replace(/\n$/, '')}\n${fence}`;
}

function inline(elements: readonly unknown[], leaveOut: string | undefined): string {
  return elements
    .map(record)
    .filter(({ type, user_id }) => !(type === 'user' && user_id === leaveOut))
    .map((element) => styled(plain(element), record(element.style)))
    .join('');
}

const STYLES = [
  ['italic', '_'],
  ['bold', '**'],
  ['strike', '~~'],
] as const;

/** The marks stand at the words: Slack's editor takes the space beside a word into its style. */
function styled(text: string, style: Readonly<Record<string, unknown>>): string {
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (words === '') return text;
  if (style.code === true) return `${before}${inlineCode(words)}${after}`;
  const marked = STYLES.reduce(
    (all, [name, mark]) => (style[name] === true ? mark + all + mark : all),
    words,
  );
  return `${before}${marked}${after}`;
}

function inlineCode(code: string): string {
  return code.includes('`') ? `\`\` ${code} \`\`` : `\`${code}\``;
}

function plain(element: Element): string {
  switch (element.type) {
    case 'link':
      return readableLink(string(element.url), string(element.text));
    case 'user':
      return `@${string(element.user_id)}`;
    case 'channel':
      return `#${string(element.channel_id)}`;
    case 'usergroup':
      return `@${string(element.usergroup_id)}`;
    case 'team':
      return `@${string(element.team_id)}`;
    case 'broadcast':
      return `@${string(element.range)}`;
    case 'emoji':
      return emoji(element);
    case 'color':
      return string(element.value);
    case 'date':
      return string(element.fallback) || isoDate(element.timestamp);
    default:
      return string(element.text);
  }
}

/** A team's own emoji have a name alone. */
function emoji({ name, unicode }: Element): string {
  const points = string(unicode)
    .split('-')
    .map((hex) => (/^[0-9a-f]{2,6}$/i.test(hex) ? Number.parseInt(hex, 16) : Number.NaN));
  const known = points.every((point) => point <= 0x10_ff_ff);
  return known ? String.fromCodePoint(...points) : `:${string(name)}:`;
}

function isoDate(timestamp: unknown): string {
  const date = new Date(typeof timestamp === 'number' ? timestamp * 1_000 : Number.NaN);
  return Number.isNaN(date.getTime())
    ? ''
    : date
        .toISOString()
        .replace(/:\d\d\.\d+Z$/, ' UTC')
        .replace('T', ' ');
}
