/** When the message that a run answers was written, in milliseconds since 1970: a run id (a UUIDv7) begins with it. */
export function messageTimeOf(runId: string): number {
  return Number.parseInt(runId.replaceAll('-', '').slice(0, 12), 16);
}
