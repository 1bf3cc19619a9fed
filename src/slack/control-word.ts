export type ControlWord = 'stop' | 'mute' | 'unmute';

const WORDS: Readonly<Record<string, ControlWord>> = {
  stop: 'stop',
  cancel: 'stop',
  mute: 'mute',
  unmute: 'unmute',
};

/**
 * What a message that is nothing but such a word wants of the bot: "Stop!" does, "stop the server" is a question. The
 * mention of the bot is taken out before.
 */
export function controlWord(text: string): ControlWord | undefined {
  const [, word = ''] = /^\W{0,3}([a-z]{4,6})[\s.,!?…]{0,5}$/i.exec(text.trim()) ?? [];
  const known = word.toLowerCase();
  return Object.hasOwn(WORDS, known) ? WORDS[known] : undefined;
}
