import { outsideCodeSpans } from './outside-code-spans.js';
import { outsideFences } from './outside-fences.js';
import { withoutSpans } from './without-spans.js';

/** Characters; what is not closed within them is no tag. */
const LONGEST_TAG = 5000;

/** Takes out of MDX what is program: imports, exports, comments and component tags. What the components hold stays. */
export function stripMdx(mdx: string): string {
  return outsideFences(mdx.replaceAll('\r\n', '\n'), (prose) =>
    outsideCodeSpans(withoutComments(withoutModules(prose)), withoutTags),
  );
}

function withoutComments(prose: string): string {
  return withoutSpans(prose, /\{\s*\/\*/g, /\*\/\s*\}/g);
}

/** An import or export begins a line and goes on to the next empty line, further while a brace is open. */
function withoutModules(prose: string): string {
  const kept: string[] = [];
  let open = 0;
  let inModule = false;
  for (const line of prose.split('\n')) {
    if (
      !inModule &&
      /^(?:import\s+["'{*\w]|export\s+(?:default|const|let|function|class|async|\{|\*))/.test(line)
    ) {
      inModule = true;
    }
    if (!inModule) {
      kept.push(line);
      continue;
    }
    for (const [bracket] of line.matchAll(/[{}()[\]]/g)) open += '{(['.includes(bracket) ? 1 : -1;
    if (line.trim() === '' && open <= 0) {
      inModule = false;
      open = 0;
      kept.push('');
    }
  }
  return kept.join('\n');
}

/** A tag's title or label is what a reader sees of it: it stays, as a line of its own. */
function withoutTags(prose: string): string {
  let result = '';
  let end = 0;
  for (const match of prose.matchAll(/<\/?(?:[A-Z][\w.]*|(?=>))/g)) {
    if (match.index < end) continue;
    const start = match.index + match[0].length;
    const { at: close, isClosed } = endOfTag(prose, start);
    if (!isClosed) {
      // Not looked through again from the next tag in it: thousands of them would take minutes.
      result += prose.slice(end, close);
      end = close;
      continue;
    }
    const attributes = prose.slice(start, close);
    const shown = /\b(?:title|label)=(?:"([^"]+)"|'([^']+)')/.exec(attributes);
    const title = shown?.[1] ?? shown?.[2];
    result += prose.slice(end, match.index) + (title ? `\n**${title}**\n\n` : '');
    end = close + 1;
  }
  return result + prose.slice(end);
}

/** Where the tag's ">" is, not inside a string or an expression; of what is no tag, how far it was looked for. */
function endOfTag(text: string, from: number): { at: number; isClosed: boolean } {
  let depth = 0;
  let quote = '';
  const most = Math.min(text.length, from + LONGEST_TAG);
  for (let index = from; index < most; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (`"'\``.includes(character)) quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === '>' && depth <= 0) return { at: index, isClosed: true };
    else if (character === '<' && depth <= 0) return { at: index, isClosed: false };
  }
  return { at: most, isClosed: false };
}
