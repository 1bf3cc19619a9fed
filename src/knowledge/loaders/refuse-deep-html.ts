/** Chrome's own limit is 512. Beyond it parsers need quadratic time or run out of stack. */
const MOST_LEVELS = 512;

const TAG = /<(\/?)([a-z][a-z0-9:-]*)([^<>]*)>/gi;
/** Elements that hold nothing, and those whose end tag a page may leave out. */
const NO_LEVEL =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|tr|td|th|thead|tbody|tfoot|colgroup|option|optgroup|rb|rt|rtc|rp|html|head|body|path)$/i;

/**
 * A look at the tags before they are parsed.
 *
 * @throws Error for more than {@link MOST_LEVELS} levels.
 */
export function refuseDeepHtml(html: string): void {
  let levels = 0;
  for (const [, end, name = '', attributes = ''] of html.matchAll(TAG)) {
    if (NO_LEVEL.test(name) || attributes.endsWith('/')) continue;
    levels = Math.max(0, levels + (end ? -1 : 1));
    if (levels > MOST_LEVELS) throw new Error(`expected HTML of at most ${MOST_LEVELS} levels, got more`);
  }
}
