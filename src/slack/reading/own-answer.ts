/**
 * What the bot itself said in an earlier message, as far as it is part of the conversation: without its list of sources, the
 * [n] that point into it, and the notices around an answer (interrupted, files not read, no model set up), which the bot
 * writes as paragraphs in italics. '' when nothing is left.
 */
export function ownAnswer(text: string): string {
  const paragraphs = text
    // Keeps names like @channel from paging anybody.
    .replaceAll('\u2060', '')
    .replace(SOURCES, '')
    .split(/\n{2,}/);
  while (isNotice(paragraphs.at(-1))) paragraphs.pop();
  while (isNotice(paragraphs[0])) paragraphs.shift();
  return withoutMarks(paragraphs.join('\n\n')).trim();
}

/** Its heading as we write it, and as Slack gives it back. */
const SOURCES = /(^|\n)\**Sources\**(\n\[\d[\s\S]*)?$/;
/** An apology with its reference is half in italics. */
const APOLOGY = /give your admin this reference: `[0-9a-f]{12}`/;

function isNotice(paragraph: string | undefined): boolean {
  if (paragraph === undefined) return false;
  const text = paragraph.trim();
  return text === '' || text === '…' || /^_[^_\n](?:.*[^_])?_$/.test(text) || APOLOGY.test(text);
}

/** In code a number in brackets is code. */
function withoutMarks(text: string): string {
  return text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/ ?\[\d{1,2}\](?!\()/g, '')))
    .join('');
}
