import { describe, expect, it, test } from 'vitest';
import { SafeMarkdown } from '../../src/slack/firewall/safe-markdown.js';
import { SourceLinks } from '../../src/slack/firewall/source-links.js';
import { keyLines, privateKey } from '../support/private-key.js';
import { NO_SECRETS, TOKENS } from '../support/secret-samples.js';

/** By the characters from Discord's and Telegram's nobody can tell, while they come, that a token begins. */
const { Discord: _discord, Telegram: _telegram, ...BEGINNING } = TOKENS;
const MASK = '[secret removed]';

function shown(deltas: Iterable<string>): string {
  const safe = new SafeMarkdown(new SourceLinks());
  let out = '';
  for (const delta of deltas) out += safe.write(delta);
  return out + safe.end();
}

describe('in an answer', () => {
  it.each(Object.entries(BEGINNING))('the token of each maker is removed: %s', (_maker, token) => {
    const text = `Use ${token} or "${token}", then \`${token}\`. Bye`;
    expect(shown([text])).toBe(`Use ${MASK} or "${MASK}", then \`${MASK}\`. Bye`);
    expect(shown(text)).toBe(shown([text]));
  });

  test.each([
    [
      'PGP',
      privateKey({ name: 'PGP PRIVATE KEY BLOCK' }).replace('\n', '\nVersion: GnuPG v2\nComment: of Ada\n\n'),
    ],
    ['encrypted', privateKey().replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C\n\n')],
    ['in a program', privateKey().replace(/^/gm, '"').replace(/$/gm, '\\n" +')],
    ['on one line', privateKey().replaceAll('\n', '')],
    ['in a list of changes', privateKey().replace(/^/gm, '-')],
  ])('a private key is removed with all its lines: %s', (_name, key) => {
    const text = `\`\`\`\n${key}\n\`\`\`\nBye`;
    const whole = shown([text]);
    expect(whole).toContain(MASK);
    expect(whole).toMatch(/Bye$/);
    for (const line of keyLines()) expect(whole).not.toContain(line.slice(0, 24));
    expect(shown(text)).toBe(whole);
  });

  test.each(NO_SECRETS.filter((text) => !text.includes('PRIVATE KEY')))(
    'nothing is removed from %j',
    (text) => {
      expect(shown([text]).split(MASK).length).toBe(text.split(MASK).length);
      expect(shown(text)).toBe(shown([text]));
    },
  );
});
