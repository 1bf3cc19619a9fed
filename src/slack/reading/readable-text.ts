/**
 * Slack's message markup as people read it: entities decoded, links as Markdown, mentions and channels by name or id.
 * Spaces and lines stay as they are: they may be code.
 * Source: "Formatting message text" in Slack's docs; `<!subteam^S1|@team>` and `<!date^…|fallback>` carry their own label.
 */
export function readableText(mrkdwn: string): string {
  return mrkdwn
    .replace(/<([^<>\n]+)>/g, (_, inner: string) => readableMarkup(inner))
    .replace(/&(amp|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? '');
}

/** A link as Markdown; its address alone where it has no label of its own. */
export function readableLink(target: string, label: string): string {
  const url = target.replace(/^(mailto|tel):/, '');
  return label && label !== url && label !== target ? `[${label}](${target})` : url;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

function readableMarkup(inner: string): string {
  const bar = inner.indexOf('|');
  const [target, label] = bar === -1 ? [inner, ''] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith('@')) return `@${label || target.slice(1)}`;
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!'))
    return (
      label ||
      `@${
        target
          .slice(1)
          .replace(/^subteam\^/, '')
          .split('^', 1)[0]
      }`
    );
  return readableLink(target, label);
}
