export type ControlWord = 'stop' | 'mute' | 'unmute';

const WORDS: Readonly<Record<string, ControlWord>> = {
  stop: 'stop',
  cancel: 'stop',
  mute: 'mute',
  unmute: 'unmute',
};

/** May stand around the word. */
const POLITE = new Set(['please', 'it', 'now', 'bitte']);
const LONGEST = 60;

/**
 * What a message that is nothing but such a word wants of the bot: "Stop!" and "please stop it" do, "stop the server" is a question. The
 * mention of the bot is taken out before.
 */
export function controlWord(text: string): ControlWord | undefined {
  if (text.length > LONGEST) return undefined;
  const plain = text.toLowerCase().replace(/:[a-z0-9_+-]+:|\p{Extended_Pictographic}|[*_~.,!?…]/gu, ' ');
  const words = plain.split(/\s+/).filter((word) => word !== '' && !POLITE.has(word));
  const [word = ''] = words;
  return words.length === 1 && Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
