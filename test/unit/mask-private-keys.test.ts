import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chunkMarkdown } from '../../src/knowledge/chunks/chunk-markdown.js';
import { cutText } from '../../src/rag/cut-text.js';
import { maskPersonal, maskSecrets } from '../../src/tracing/mask-text.js';
import { keyLines, type PrivateKeyForm, privateKey } from '../support/private-key.js';

const MASK = '[SECRET_DETECTED]';
const FORMS: readonly PrivateKeyForm[] = [
  {},
  { name: 'PRIVATE KEY' },
  { name: 'ENCRYPTED PRIVATE KEY', lines: 50 },
  { name: 'OPENSSH PRIVATE KEY', lineLength: 70, lines: 38 },
  { name: 'EC PRIVATE KEY', lines: 3 },
  { name: 'PGP PRIVATE KEY BLOCK' },
  { name: 'PRIVATE KEY', lineLength: 76 },
  { lineLength: 62 },
];

/** Which pieces of a key a text still shows; fewer than 24 characters open nothing. */
function leftOf(key: readonly string[], text: string): string[] {
  const body = key.join('');
  return (text.match(/[A-Za-z0-9+/]{24,}/g) ?? []).filter((run) => body.includes(run.slice(0, 24)));
}

describe.each(FORMS)('a private key: %j', (form) => {
  const key = privateKey(form);
  const lines = keyLines(form);

  it.each([
    ['as it is', (text: string) => text],
    ['in a code block', (text: string) => `\`\`\`pem\n${text}\n\`\`\``],
    ['in a quotation', (text: string) => text.replace(/^/gm, '> ')],
    ['indented', (text: string) => text.replace(/^/gm, '    ')],
    ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['in JSON', (text: string) => JSON.stringify({ private_key: text })],
    ['in JSON in JSON', (text: string) => JSON.stringify(JSON.stringify({ private_key: text }))],
    [
      'in a program',
      (text: string) =>
        text
          .split('\n')
          .map((line) => `  "${line}\\n" +`)
          .join('\n'),
    ],
    ['in a comment', (text: string) => text.replace(/^/gm, ' * ')],
    ['in a list of changes', (text: string) => text.replace(/^/gm, '+')],
    ['on one line', (text: string) => text.replaceAll('\n', '')],
    ['its lines ends lost', (text: string) => text.replaceAll('\n', ' ')],
    [
      'with headers',
      (text: string) => text.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n'),
    ],
  ])('is taken out whole %s, and what stands around it stays', (_name, written) => {
    const masked = maskSecrets(`The key of the gateway:\n${written(key)}\nUse it with care.`);
    expect(leftOf(lines, masked)).toEqual([]);
    expect(masked).toMatch(
      /^The key of the gateway:\n.{0,9}\n?.{0,24}\[SECRET_DETECTED\].{0,9}\n?.{0,9}\nUse it with care\.$/,
    );
  });

  it('is taken out of every piece that holds two lines and more, its beginning or its end', () => {
    fc.assert(
      fc.property(fc.nat(key.length), fc.integer({ min: 300, max: 1_600 }), (start, length) => {
        const piece = key.slice(start, start + length);
        if (piece.length < 300) return;
        const masked = maskSecrets(`${piece}\n`);
        expect(leftOf(lines, masked)).toEqual([]);
        expect(masked).toContain(MASK);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe('what pieces a key is cut into', () => {
  test.each([
    ['its lines', privateKey({ lines: 50 })],
    ['a code block', `\`\`\`\n${privateKey({ lines: 50 })}\n\`\`\``],
    ['a list', `- The key:\n\n${privateKey({ lines: 50 }).replace(/^/gm, '  ')}\n- Another`],
    ['JSON', `\`\`\`json\n${JSON.stringify({ private_key: privateKey({ lines: 50 }) })}\n\`\`\``],
    ['one line', privateKey({ lines: 50 }).replaceAll('\n', '')],
  ])('a document’s chunks: %s', (_name, key) => {
    const chunks = chunkMarkdown(`# Gateway\n\nThe key is:\n\n${key}\n\nUse it with care.\n`, {
      title: 'gateway',
    });
    expect(chunks.length).toBeGreaterThan(2);
    const masked = chunks.map(({ text }) => maskPersonal(text));
    expect(leftOf(keyLines({ lines: 50 }), masked.join('\n'))).toEqual([]);
    expect(masked[0]).toContain('The key is:');
    expect(masked.at(-1)).toContain('Use it with care.');
    expect(masked.every((text) => text.length < 200)).toBe(true);
    expect(
      leftOf(keyLines({ lines: 50 }), maskPersonal(chunks.map(({ text }) => text).join('\n\n'))),
    ).toEqual([]);
  });

  test('a long message of a thread', () => {
    const message = `Here:\n${privateKey({ lines: 50 })}\nWhat is wrong with it?`;
    for (const tokens of [100, 200, 400, 800, 1_200]) {
      const masked = maskPersonal(cutText(message, tokens));
      expect(leftOf(keyLines({ lines: 50 }), masked)).toEqual([]);
      expect(masked).toContain('What is wrong with it?');
    }
  });
});

describe('what is no private key', () => {
  test('a PuTTY file is secret from its private lines on', () => {
    const [first = '', ...rest] = keyLines({ lines: 14 });
    const file = `PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 1\n${first}\nPrivate-Lines: 13\n${rest.join('\n')}\nPrivate-MAC: 0a1b`;
    expect(maskSecrets(file)).toBe(
      `PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 1\n${first}\nPrivate-Lines: 13 ${MASK}\nPrivate-MAC: 0a1b`,
    );
  });

  test('a public key, a single line of base64 and a picture stay', () => {
    const [line = ''] = keyLines();
    for (const text of [
      `ssh-rsa ${keyLines({ lines: 6 }).join('')} ada@laptop`,
      `The digest is ${line}, as above.`,
      `![](data:image/png;base64,${keyLines({ lines: 30 }).join('')})`,
    ])
      expect(maskSecrets(text)).toBe(text);
  });
});
