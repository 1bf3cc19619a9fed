const OPENING = /^ {0,3}(`{3,}|~{3,})/;

/** Changes a text of Markdown everywhere but in its fenced code, which ends with the text where it is not closed. */
export function outsideFences(markdown: string, change: (prose: string) => string): string {
  const parts: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  const endPart = () => {
    if (lines.length > 0) parts.push(fence === undefined ? change(lines.join('\n')) : lines.join('\n'));
    lines = [];
  };
  for (const line of markdown.split('\n')) {
    const marks = OPENING.exec(line)?.[1];
    if (fence === undefined && marks !== undefined && opens(marks, line)) {
      endPart();
      fence = marks;
      lines.push(line);
    } else if (fence !== undefined && marks?.startsWith(fence) && line.trim() === marks) {
      lines.push(line);
      endPart();
      fence = undefined;
    } else {
      lines.push(line);
    }
  }
  endPart();
  return parts.join('\n');
}

/** Backticks with more of them in the line are code in a sentence. */
function opens(marks: string, line: string): boolean {
  return !(marks.startsWith('`') && line.trim().slice(marks.length).includes('`'));
}
