import fc from 'fast-check';
import { DEFAULT_SECRET_RULES } from 'langsmith/anonymizer';
import { describe, expect, it } from 'vitest';
import { maskPersonal, maskSecrets } from '../../src/tracing/mask-text.js';
import { growth } from '../support/growth.js';
import { HOSTILE_PIECES } from '../support/hostile-patterns.js';
import { privateKey } from '../support/private-key.js';
import { NO_SECRETS, PASSWORDS, TOKENS } from '../support/secret-samples.js';

const MASK = '[SECRET_DETECTED]';

describe('a secret with a shape', () => {
  it.each(Object.entries(TOKENS))('is taken out wherever it stands: %s', (_maker, token) => {
    for (const around of [' ', '.', '"', '`', '\n', '<', '(', '_', '\\n', '=', '/', '%3D', 'です']) {
      const masked = maskSecrets(`It is${around}${token}${around}, right?`);
      expect(masked).toContain(MASK);
      expect(masked).not.toContain(token.slice(4, 16));
      expect(masked).not.toContain(token.slice(-8));
      expect(masked).toMatch(/^It is.*, right\?$/s);
    }
  });

  it('is found against other letters too', () => {
    const all = `トークンは${TOKENS['Slack, bot']}です _${TOKENS.GitHub}_`;
    expect(maskSecrets(all)).toBe(`トークンは${MASK}です _${MASK}_`);
  });

  it('is one by every rule of LangSmith’s own', () => {
    // A new rule there: see whether ours know what it finds, and give it a sample.
    expect(DEFAULT_SECRET_RULES).toHaveLength(24);
    const samples = [privateKey(), ...Object.values(TOKENS), ...PASSWORDS.map(([text]) => text)];
    for (const { pattern } of DEFAULT_SECRET_RULES) {
      const found = samples.filter((text) => new RegExp(pattern).test(text));
      expect(found, String(pattern)).not.toEqual([]);
      for (const text of found) expect(maskSecrets(text), text).toContain(MASK);
    }
  });
});

describe('a secret without a shape', () => {
  it.each(PASSWORDS)('is known by what stands beside it: %j', (text, secret) => {
    const masked = maskSecrets(text);
    expect(masked).toBe(text.replace(secret, MASK));
  });
});

it.each(NO_SECRETS)('stays as it is: %s', (text) => {
  expect(maskPersonal(text)).toBe(text);
});

describe('e-mail addresses', () => {
  it.each([
    ['ada.lovelace+x@example.co.uk, <mailto:jörg@müller.de>', '[email], <mailto:[email]>'],
    ["from: 'bot@example.com'", "from: '[email]'"],
    ['https://x.example/?to=ada%40example.com&a=1', 'https://x.example/?to=[email]&a=1'],
    ["o'neill@example.com", '[email]'],
    ['a@b.example@c.example', '[email]'],
  ])('%s', (text, masked) => expect(maskPersonal(text)).toBe(masked));
});

describe('masking', () => {
  const pieces = [
    ...Object.values(TOKENS),
    ...PASSWORDS.map(([text]) => text),
    ...[
      'password: ',
      "password='",
      'token=',
      'ada@b.example',
      '://u:',
      '@',
      '%40',
      'Bearer ',
      'curl -u ',
      '--token ',
    ],
    ...[
      '[email]',
      MASK,
      '[secret removed]',
      '[',
      ']',
      '"',
      "'",
      '\\',
      '\n',
      '=',
      ':',
      '/',
      '.',
      '-',
      '_',
      'a1',
    ],
  ];

  it.each([
    ['secrets', maskSecrets],
    ['addresses too', maskPersonal],
  ])('is idempotent: %s', (_name, mask) => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...pieces) },
      fc
        .constantFrom(...pieces)
        .chain((text) => fc.nat(text.length).map((start) => text.slice(start, start + 60))),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (all) => {
        const once = mask(all.join(''));
        expect(mask(once)).toBe(once);
      }),
      { seed: 6, numRuns: 2_000 },
    );
  });

  it('ends with nothing of a text that goes on hiding secrets behind secrets', () => {
    const nested = 'ada@b.example'.repeat(3) + "password='".repeat(50);
    expect(maskPersonal(maskPersonal(nested))).toBe(maskPersonal(nested));
  });

  it('takes time that grows as the text does, whatever is repeated in it', () => {
    const slow = HOSTILE_PIECES.flatMap((piece) => {
      const times = growth((size) => piece.repeat(Math.ceil(size / piece.length)), maskPersonal);
      return times > 2.2 ? [`${JSON.stringify(piece)}: ${times.toFixed(1)} times`] : [];
    });
    expect(slow).toEqual([]);
  }, 120_000);
});
