/** Letters, digits, spaces and marks of English text or code that make one token. */
const ASCII_CHARS = 4;

/**
 * About how many tokens a text is, rather too many: four ASCII characters make one, and each other character (half a Chinese
 * word, an accented letter) counts as one. A real tokenizer takes half a second to load and is another model's anyway.
 */
export function approximateTokens(text: string): number {
  const others = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return others + Math.ceil((text.length - others) / ASCII_CHARS);
}
