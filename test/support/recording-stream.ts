/** A stream that keeps what is written, and a clock that is set by hand. */
export function recordingStream(stream: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, at: 0, stream: { ...stream, write: (text: string) => written.push(text) } };
}
