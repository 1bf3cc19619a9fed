import { stemmer } from 'stemmer';
import { STOP_WORDS } from './stop-words.js';

/** What a text is indexed and searched by. Every token is lower-case letters and digits (and dots between digits). */
export interface Tokens {
  /** Stems of the words, in order; "rate-limited" and "chat.postMessage" give two each, "postMessage" one. */
  readonly words: string[];
  /** One for each compound, however it is written: `max_tokens`, `max-tokens` and `maxTokens` are all "maxtoken". */
  readonly compounds: string[];
  /** The humps of camelCase words ("post", "messag"): a document is found by them, a question does not ask for them. */
  readonly humps: string[];
  /** How many stop words were left out: they still count in a text's length. */
  readonly stopWords: number;
}

/** Beyond this a "word" is a hash, a key or a data URL, which nobody searches by. */
const LONGEST_WORD = 64;

/** Distinct words whose tokens are kept, about 5 MB: words repeat, so nine in ten cost one look-up instead of a stem. */
const CACHE_SIZE = 20_000;

const ASCII_WORD = /[A-Za-z0-9_]+(?:[.'-][A-Za-z0-9_]+)*/g;
const WORD = /[\p{L}\p{M}\p{N}_]+(?:[.'’‐-][\p{L}\p{M}\p{N}_]+)*/gu;
const NOT_ASCII = /[^\0-\x7f]/;
/** Emoji and what only shapes them or breaks lines. NFKC would turn some of them into letters. */
const SYMBOLS = /\p{Extended_Pictographic}|\p{RI}|[#*0-9]\ufe0f?\u20e3/gu;
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/g;
/** Scripts that do not put spaces between words. */
const UNSPACED =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+)/u;
const LATIN = /^[\p{Script=Latin}\p{M}\p{N}_.'-]+$/u;
/** "maxTokens", "HTTPServer"; not "APIs". */
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/u;

const cache = new Map<string, Tokens>();

/**
 * The tokens of a text in any language: stop words out and Porter stems for English, accents off Latin letters, pairs of
 * characters for scripts without spaces. About 10 MB a second.
 */
export function tokensOf(text: string): Tokens {
  const tokens = { words: [] as string[], compounds: [] as string[], humps: [] as string[], stopWords: 0 };
  const plain = !NOT_ASCII.test(text);
  const words = plain
    ? text.matchAll(ASCII_WORD)
    : text.replace(SYMBOLS, ' ').replace(INVISIBLE, '').normalize('NFKC').matchAll(WORD);
  for (const [word] of words) {
    const found = cached(word);
    for (const token of found.words) tokens.words.push(token);
    for (const token of found.compounds) tokens.compounds.push(token);
    for (const token of found.humps) tokens.humps.push(token);
    tokens.stopWords += found.stopWords;
  }
  return tokens;
}

function cached(word: string): Tokens {
  const known = cache.get(word);
  if (known) return known;
  const tokens = splitWord(word);
  if (word.length > LONGEST_WORD) return tokens;
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(word, tokens);
  return tokens;
}

function splitWord(raw: string): Tokens {
  const word = raw.replace(/[’]/g, "'").replaceAll('‐', '-');
  if (UNSPACED.test(word)) return unspaced(word);
  if (/^[a-z]+n't$/i.test(word)) return { words: [], compounds: [], humps: [], stopWords: 1 };
  const folded =
    LATIN.test(word) && NOT_ASCII.test(word) ? word.normalize('NFD').replace(/\p{M}/gu, '') : word;
  const segments = folded
    .replace(/'(?:s|re|ve|ll|d|m)$/i, '')
    .split(/[._'-]+/)
    .filter((segment) => segment !== '' && segment.length <= LONGEST_WORD);
  const kept = segments.filter((segment) => !STOP_WORDS.has(segment.toLowerCase()));
  const whole = segments.join('');
  return {
    words: kept.map(stem),
    compounds: segments.length > 1 && whole.length <= LONGEST_WORD ? [compound(segments, whole)] : [],
    humps: kept.flatMap(humpsOf),
    stopWords: segments.length - kept.length,
  };
}

/** A number keeps its dots: 3.5 is not 35. */
function compound(segments: readonly string[], whole: string): string {
  return segments.every((segment) => /^\d+$/.test(segment)) ? segments.join('.') : stem(whole);
}

function humpsOf(segment: string): string[] {
  const humps = segment.split(HUMP);
  if (humps.length === 1) return [];
  return humps.filter((hump) => hump.length > 1 && !STOP_WORDS.has(hump.toLowerCase())).map(stem);
}

function stem(word: string): string {
  const lower = word.toLowerCase();
  return /^[a-z]+$/.test(lower) ? stemmer(lower) : lower;
}

function unspaced(word: string): Tokens {
  const tokens = { words: [] as string[], compounds: [] as string[], humps: [] as string[], stopWords: 0 };
  for (const [index, run] of word.split(UNSPACED).entries()) {
    if (index % 2 === 1) {
      tokens.words.push(...pairs(run));
    } else if (run !== '') {
      const { words, compounds, humps, stopWords } = splitWord(run);
      tokens.words.push(...words);
      tokens.compounds.push(...compounds);
      tokens.humps.push(...humps);
      tokens.stopWords += stopWords;
    }
  }
  return tokens;
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
