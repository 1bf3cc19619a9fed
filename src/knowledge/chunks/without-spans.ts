/**
 * Takes out of a text what stands from each `open` to the next `close`; what is not closed stays. Linear, where one
 * expression of both looks for the close through the whole text again from each open.
 *
 * @param open with the flag g, as `close`
 */
export function withoutSpans(text: string, open: RegExp, close: RegExp): string {
  const from = new RegExp(open);
  const to = new RegExp(close);
  let result = '';
  let end = 0;
  for (let start = from.exec(text); start; start = from.exec(text)) {
    to.lastIndex = from.lastIndex;
    if (!to.test(text)) break;
    result += text.slice(end, start.index);
    end = to.lastIndex;
    from.lastIndex = end;
  }
  return result + text.slice(end);
}
