/** Changes a text of Markdown everywhere but in what stands in backticks within a line. */
export function outsideCodeSpans(markdown: string, change: (prose: string) => string): string {
  let result = '';
  let end = 0;
  for (const [from, to] of codeSpans(markdown)) {
    result += change(markdown.slice(end, from)) + markdown.slice(from, to);
    end = to;
  }
  return result + change(markdown.slice(end));
}

/** From a run of backticks to the next of the same length in the line, as [from, to). */
function* codeSpans(markdown: string): Iterable<[number, number]> {
  let lineStart = 0;
  for (const line of markdown.split('\n')) {
    const runs = [...line.matchAll(/`+/g)];
    const closing = closings(runs.map(([run]) => run.length));
    for (let index = 0; index < runs.length; index++) {
      const close = closing[index];
      const [opened, closed] = [runs[index], close === undefined ? undefined : runs[close]];
      if (!opened || !closed || close === undefined) continue;
      yield [lineStart + opened.index, lineStart + closed.index + closed[0].length];
      index = close;
    }
    lineStart += line.length + 1;
  }
}

/** For each run the place of the next one that is as long. */
function closings(lengths: readonly number[]): (number | undefined)[] {
  const next = new Map<number, number>();
  return lengths
    .map((length, index) => ({ length, index }))
    .reverse()
    .map(({ length, index }) => {
      const close = next.get(length);
      next.set(length, index);
      return close;
    })
    .reverse();
}
