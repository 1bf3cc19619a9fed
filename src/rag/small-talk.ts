import { fixedText } from './fixed-text.js';
import type { Language } from './language.js';

/** Words that thank or applaud, and words that greet, each language its own. */
const WORDS: readonly (readonly [language: Language, thanks: string, greetings: string])[] = [
  [
    'en',
    'thanks thank thx ty cheers great perfect awesome nice cool super ok okay helpful lovely',
    'hi hello hey hiya morning afternoon evening',
  ],
  ['de', 'danke dankeschön vielen klasse prima', 'hallo moin servus'],
  ['fr', 'merci parfait', 'bonjour salut'],
  ['es', 'gracias perfecto', 'hola'],
  ['pt', 'obrigado obrigada perfeito', 'olá oi'],
  ['it', 'grazie perfetto', 'ciao buongiorno'],
  ['nl', 'bedankt dank', 'hoi'],
  ['ja', 'ありがとう ありがとうございます', 'こんにちは'],
];

/** Say nothing either way: "thank you very much", "guten Morgen". */
const FILLERS = new Set(
  `you so very much a lot many again that this was is good there all everyone team bot please got it
  schön sehr guten morgen tag abend beaucoup muchas muito mille dag goede je wel for your the help are lifesaver life saver star hero best`.split(
    /\s+/,
  ),
);

/** Whoever writes more than that wants to know something. */
const MOST_WORDS = 8;

const EMOJI = /:[a-z0-9_+'-]+:|\p{Extended_Pictographic}|\p{RI}|\p{Emoji_Modifier}|\u200d|\ufe0f/gu;

/**
 * What to reply to a message that asks nothing (thanks, a greeting, emoji alone), or undefined for one that may ask
 * something: nothing is searched for the former.
 */
export function smallTalkReply(message: string): string | undefined {
  const text = message.replace(EMOJI, ' ').toLowerCase();
  const said = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (said.length === 0) {
    const emojiAlone = text !== message && !/\S/.test(text.replace(/[.!~]/g, ''));
    return emojiAlone ? fixedText('hello', 'en') : undefined;
  }
  if (said.length > MOST_WORDS || text.includes('?')) return undefined;
  let reply: string | undefined;
  for (const word of said) {
    const kind = kindOf(word);
    if (kind) reply ??= fixedText(kind.text, kind.language);
    else if (!FILLERS.has(word)) return undefined;
  }
  return reply;
}

/** What closes a talk or goes on with it, and asks nobody anything. */
const REMARKS = new Set(
  `will do done hmm hm ah aha oh lol haha yes yeah yep no nope never mind nvm solved it that works worked working
  sure fine alright understood makes sense noted right true perfect i see me let try trying now`.split(/\s+/),
);

/**
 * Whether a message that nobody addressed to the bot is a remark ("will do", "never mind, that solved it"): answered, it
 * would be told that the documents hold nothing about it.
 */
export function isRemark(message: string): boolean {
  if (smallTalkReply(message) !== undefined) return true;
  const text = message.replace(EMOJI, ' ').toLowerCase();
  const said = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (said.length > MOST_WORDS || text.includes('?')) return false;
  return (
    said.length > 0 &&
    said.every((word) => REMARKS.has(word) || FILLERS.has(word) || kindOf(word) !== undefined)
  );
}

function kindOf(word: string): { language: Language; text: 'welcome' | 'hello' } | undefined {
  for (const [language, thanks, greetings] of WORDS) {
    if (thanks.split(' ').includes(word)) return { language, text: 'welcome' };
    if (greetings.split(' ').includes(word)) return { language, text: 'hello' };
  }
  return undefined;
}
