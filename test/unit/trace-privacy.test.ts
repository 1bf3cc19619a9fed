import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { maskPersonal, maskSecrets } from '../../src/tracing/mask-text.js';
import { createPrivacy, DEFAULT_TRACE_RULES } from '../../src/tracing/privacy.js';

const SECRETS = [
  `xoxb-${'1234567890-'.repeat(3)}abcdef`,
  `xoxc-${'1234567890-'.repeat(3)}abcdef`,
  `xoxe.xoxp-1-${'Mi0yLTEtMTIz'.repeat(3)}`,
  `xapp-1-A0123-${'456789'.repeat(4)}`,
  `sk-ant-api03-${'a1B2'.repeat(8)}`,
  `sk-proj-${'a1B2'.repeat(8)}`,
  `lsv2_pt_${'0123456789abcdef'.repeat(2)}_0123456789`,
  `ghp_${'a1B2'.repeat(9)}`,
  `AKIA${'ABCD1234'.repeat(2)}`,
  `ntn_${'a1B2c3D4'.repeat(5)}`,
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLWhlcmU',
];

describe('masking', () => {
  it.each(SECRETS)('takes %s out, wherever it stands', (secret) => {
    for (const text of [secret, `The key is ${secret}, right?`, `{"a":"${secret}"}`, `<${secret}>`]) {
      expect(maskSecrets(text)).not.toContain(secret);
      expect(maskSecrets(text)).not.toContain(secret.slice(-8));
    }
  });

  it('takes passwords and private keys, also one whose end was cut off', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEAx1\n'.repeat(12)}`;
    expect(maskSecrets('password = hunter2hunter2')).toBe('password = [SECRET_DETECTED]');
    expect(maskSecrets('MY_LONG_NAME_DB_PASSWORD: hunter2hunter2')).not.toContain('hunter2');
    expect(maskSecrets('postgres://me:hunter2@db.example.com')).toBe(
      'postgres://me:[SECRET_DETECTED]@db.example.com',
    );
    expect(maskSecrets(`${key}-----END RSA PRIVATE KEY-----`)).not.toContain('MIIE');
    expect(maskSecrets(`Before. ${key}`)).not.toContain('MIIE');
  });

  it('takes e-mail addresses in every script, and leaves what only looks like one', () => {
    const masked = maskPersonal('ada.lovelace+x@example.co.uk, <mailto:jörg@müller.de>, @ada, a@b, 5@ 3.50');
    expect(masked).toBe('[email], <mailto:[email]>, @ada, a@b, 5@ 3.50');
  });

  it('is idempotent', () => {
    const piece = fc.oneof(
      fc.constantFrom(...SECRETS, 'password: ', 'token=', 'a@b.example', '://u:', '@', 'Bearer ', '[email]'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = maskPersonal(pieces.join(''));
        expect(maskPersonal(once)).toBe(once);
      }),
    );
  });

  it('finds a token that stands against other letters', () => {
    const all = 'トークンはxoxb-1234567890-1234567890-abcdefです _ghp_0123456789abcdef0123456789_';
    expect(maskPersonal(all)).not.toMatch(/xoxb|ghp_/);
  });

  it('is quick with the longest message, whatever is in it', () => {
    const hostile = ['a.', 'a-b_', 'eyJa', 'a://b', 'sk-', 'a@', 'xox', '-----BEGIN PRIVATE KEY-----'];
    for (const piece of hostile) {
      const text = piece.repeat(40_000 / piece.length);
      const before = performance.now();
      maskPersonal(text);
      // LangSmith's rules as they come take seconds for the first of them.
      expect(performance.now() - before, piece).toBeLessThan(1_000);
    }
  });
});

describe('TRACE_CONTENT', () => {
  it.each([
    ['none', { public: 'none', private: 'none', direct: 'none' }],
    ['masked,dm=none', { public: 'masked', private: 'masked', direct: 'none' }],
    ['private=none, public=full', { public: 'full', private: 'none', direct: 'masked' }],
    ['dm=full full private=masked', { public: 'full', private: 'masked', direct: 'full' }],
  ])('reads %s', (text, content) => {
    expect(readConfig({ TRACE_CONTENT: text }).traces?.rules.content).toEqual(content);
  });

  it.each(['some', 'dm=some', 'channel=none', ','])('refuses %s', (text) => {
    expect(() => readConfig({ TRACE_CONTENT: text })).toThrow(/TRACE_CONTENT must be full, masked or none/);
  });

  it.each(['1.5', '-1', 'half', ''])('is beside a share of the threads: %j', (text) => {
    const read = () => readConfig({ TRACE_SAMPLE_RATE: text }).traces?.rules.sampleRate;
    if (text === '') expect(read()).toBe(1);
    else expect(read).toThrow(/TRACE_SAMPLE_RATE must be a number from 0 to 1/);
  });
});

describe('the kind of a conversation', () => {
  const { redaction } = createPrivacy({
    content: { public: 'full', private: 'masked', direct: 'none' },
    sampleRate: 1,
  });

  it('decides how much is recorded; of several the strictest', () => {
    expect(redaction(['public'], []).content).toBe('full');
    expect(redaction(['private'], []).content).toBe('masked');
    expect(redaction(['public', 'private'], []).content).toBe('masked');
    expect(redaction(['direct', 'public'], []).content).toBe('none');
  });

  it('counts as the strictest where nothing is known', () => {
    expect(redaction(undefined, []).content).toBe('none');
    expect(redaction([], []).content).toBe('none');
  });

  it('lets addresses stand only in full, and secrets nowhere', () => {
    const text = `ada@example.com ${SECRETS[0]}`;
    expect(redaction(['public'], []).text(text)).toBe('ada@example.com [SECRET_DETECTED]');
    expect(redaction(['private'], []).text(text)).toBe('[email] [SECRET_DETECTED]');
  });
});

describe('user ids', () => {
  const withKey = (userKey: string) => createPrivacy({ ...DEFAULT_TRACE_RULES, userKey });
  const key = 'a key of sixteen characters';

  it('are names that only the key gives, the same each time', () => {
    expect(withKey(key).nameOf('U0ADA')).toMatch(/^user_[0-9a-f]{16}$/);
    expect(withKey(key).nameOf('U0ADA')).toBe(withKey(key).nameOf('U0ADA'));
    expect(withKey(key).nameOf('U0ADA')).not.toBe(withKey(`${key}!`).nameOf('U0ADA'));
    expect(createPrivacy(DEFAULT_TRACE_RULES).nameOf('U0ADA')).toBe('U0ADA');
  });

  it('are replaced within texts: those of the thread, and all that look like one', () => {
    const { text } = withKey(key).redaction(['public'], ['U0ADA']);
    const ada = withKey(key).nameOf('U0ADA');
    expect(text('U0ADA wrote: ask U0123456789, not UTF16 or UNAVAILABLE')).toBe(
      `${ada} wrote: ask ${withKey(key).nameOf('U0123456789')}, not UTF16 or UNAVAILABLE`,
    );
    expect(text(text('U0ADA'))).toBe(ada);
  });
});

describe('sampling', () => {
  it('takes its share of the threads, each always or never', () => {
    const { traces } = createPrivacy({ ...DEFAULT_TRACE_RULES, sampleRate: 0.25 });
    const ids = Array.from({ length: 4_000 }, (_, index) => {
      const hash = Math.imul(index + 1, 0x9e3779b1) >>> 0;
      return `${hash.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000`;
    });
    const taken = ids.filter(traces);
    expect(taken.length / ids.length).toBeCloseTo(0.25, 1);
    expect(taken.every(traces)).toBe(true);
    expect(ids.some(createPrivacy({ ...DEFAULT_TRACE_RULES, sampleRate: 0 }).traces)).toBe(false);
    expect(ids.every(createPrivacy(DEFAULT_TRACE_RULES).traces)).toBe(true);
  });
});
