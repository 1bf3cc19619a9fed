/** How far browsers look for a `<meta>` that names the encoding. */
const HEAD_BYTES = 1024;

const BYTE_ORDER_MARKS: readonly (readonly [mark: readonly number[], charset: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
];

/** The page's text in the encoding that its first bytes, its server or the page itself names, in that order. */
export function decodeHtml(bytes: Uint8Array, charset?: string): string {
  const marked = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1];
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES));
  const named = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  return decoderFor(marked ?? charset ?? named ?? 'utf-8').decode(bytes);
}

/** UTF-8 where nobody knows an encoding of that name. */
function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
