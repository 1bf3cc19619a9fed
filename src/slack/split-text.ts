/**
 * Cuts text in two so that the first part is at most `maxBytes` of UTF-8: after a paragraph, else a line, a sentence, a
 * word, else between two characters. Nothing is lost: the parts put together are the text.
 */
export function splitText(text: string, maxBytes: number): [head: string, rest: string] {
  if (Buffer.byteLength(text) <= maxBytes) return [text, ''];
  const limit = charsWithin(text, maxBytes);
  const head = text.slice(0, limit);
  for (const boundary of ['\n\n', '\n', '. ', ' ']) {
    const at = head.lastIndexOf(boundary);
    if (at > limit / 2) return [text.slice(0, at + boundary.length), text.slice(at + boundary.length)];
  }
  return [head, text.slice(limit)];
}

/** The longest prefix within `maxBytes`, in UTF-16 units, never between the halves of a surrogate pair. */
function charsWithin(text: string, maxBytes: number): number {
  let bytes = 0;
  let chars = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > maxBytes) break;
    chars += char.length;
  }
  return chars;
}
