import { IN_WORD, SECRET_TOKENS, type SecretToken } from '../secrets/secret-tokens.js';
import { maskBackwards } from './mask-backwards.js';
import { maskCredentials } from './mask-credentials.js';
import { maskPrivateKeys } from './mask-private-keys.js';

/** As LangSmith's own anonymizer writes it: its users know the word. */
const SECRET = '[SECRET_DETECTED]';
const EMAIL = '[email]';

/** Tokens by their shape; two more that begin with anything: Discord's (a number in base64) and Telegram's. */
const TOKENS = new RegExp(
  [
    ...SECRET_TOKENS.map(tokenPattern),
    String.raw`(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){5,6}[A-Za-z0-9]{0,3}\.[\w-]{6,7}\.[\w-]{27,}`,
    String.raw`\d{8,10}(?<!\d{11}):AA[\w-]{32,}`,
  ].join('|'),
  'g',
);

/** All in one pattern that looks back only where the first letters are: four times as quick as one after the other. */
function tokenPattern({ starts, between = '', set, least, isInWords }: SecretToken): string {
  const start = `(?:${starts.join('|').replaceAll('.', '\\.')})`;
  return `${start}${isInWords ? `(?<!${IN_WORD}${start})` : ''}${between}${set}{${least},}`;
}

/** What is taken out may have hidden the beginning of what stands beside it, so it is looked at again. */
const MOST_ROUNDS = 20;

/** Until nothing is left to mask. Of a text that needs more rounds, which nobody writes, nothing is left. */
function untilMasked(text: string, mask: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const masked = mask(before);
    if (masked === before) return masked;
    before = masked;
  }
  return SECRET;
}

function maskOnce(text: string): string {
  const masked = maskCredentials(maskPrivateKeys(text, SECRET), SECRET);
  return masked.replace(TOKENS, SECRET);
}

const LOCAL = String.raw`[\p{L}\p{N}._%+'-]`;
/**
 * Its first part is read backwards from the @, also from one as it stands in a link. Not names of files and packages
 * (icon@2x.png, react@19.2.1.js), and not the user of every repository (git@github.com).
 */
const ADDRESS = new RegExp(
  [
    `(?<at>@|%40)(?<=(?<before>[\\p{L}\\p{N}_%+]${LOCAL}{0,63})\\k<at>)(?<!(?<!${LOCAL})git@)`,
    String.raw`(?!\d+\.\d|\dx\.)[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])?\.\p{L}{2,63}(?![\p{L}\p{N}])`,
  ].join(''),
  'gu',
);

/** Keys, tokens and passwords out of a text. In linear time, and idempotent: a text may come by twice. */
export function maskSecrets(text: string): string {
  return untilMasked(text, maskOnce);
}

/** Secrets and e-mail addresses. */
export function maskPersonal(text: string): string {
  return untilMasked(text, (before) => {
    const masked = maskOnce(before);
    return maskBackwards(masked, ADDRESS, EMAIL);
  });
}
