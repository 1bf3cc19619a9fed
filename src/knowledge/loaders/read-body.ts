/** @throws Error when the body, unpacked, is longer; nothing more of it is read then. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const tooLong = (length: string | number) => new Error(`expected at most ${maxBytes} bytes, got ${length}`);
  const announced = response.headers.get('content-length');
  if (Number(announced) > maxBytes) {
    await response.body?.cancel();
    throw tooLong(announced ?? '');
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream.
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) throw tooLong('more');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
