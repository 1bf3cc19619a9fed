/** What no text holds: control characters other than tabs, line ends and what programs write for a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0006\u000e-\u001a\u001c-\u001f]/;
/** More letters outside ASCII are another script in an encoding of its own, which Windows-1252 would turn into rubbish. */
const MOST_FOREIGN = 0.3;

/**
 * The text that the bytes are, or undefined when they are none: UTF-8, UTF-16 with its mark, else Windows-1252 where that
 * makes sense. With `cut` the bytes are the beginning of a longer text, which may end inside a character.
 */
export function decodeText(bytes: Uint8Array, { cut = false } = {}): string | undefined {
  const text = decodeUnicode(bytes, cut) ?? decodeWindows1252(bytes);
  return text === undefined || CONTROLS.test(text) ? undefined : text;
}

function decodeUnicode(bytes: Uint8Array, cut: boolean): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
}

/** Undefined where a byte has no meaning, which Shift-JIS and pictures hit soon. */
function decodeWindows1252(bytes: Uint8Array): string | undefined {
  let foreign = 0;
  for (const byte of bytes) {
    if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) return undefined;
    if (byte > 0x7f) foreign += 1;
  }
  return foreign / bytes.length > MOST_FOREIGN ? undefined : new TextDecoder('windows-1252').decode(bytes);
}
