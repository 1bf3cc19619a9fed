/**
 * What a service, a file system or a document says as one line for a terminal: none of it may colour it, move its cursor or
 * change the direction of what follows.
 */
export function plainLine(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .trimEnd();
}
