import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createPrivacy, DEFAULT_TRACE_RULES } from '../../src/tracing/privacy.js';
import { TOKENS } from '../support/secret-samples.js';

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
    const text = `ada@example.com ${TOKENS.GitHub}`;
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

  it('are replaced wherever somebody is mentioned, also without a digit', () => {
    const { text } = withKey(key).redaction(['public'], []);
    const other = withKey(key).nameOf('UABCDEFGH');
    const written = 'ask <@UABCDEFGH>, <@UABCDEFGH|grace>, @UABCDEFGH or @USERS; UNAVAILABLE';
    const named = `ask <@${other}>, <@${other}|grace>, @${other} or @USERS; UNAVAILABLE`;
    expect(text(written)).toBe(named);
    expect(text(named)).toBe(named);
  });

  it('and all other ids stay what they are in the fields of a run', () => {
    const { fields } = withKey(key).redaction(['public'], ['U0ADA']);
    const ids = {
      session_id: '0f8fad5b-d9cb-5469-a165-70867728950e',
      documents: [{ id: '0123456789abcdef'.repeat(2), document_id: 'guides/token-keys.md', score: 0.5 }],
      labels: { team: 'T0LOCAL', channel: 'C0GENERAL', message_ts: '1700000000.000100', index_version: 7 },
      commits: ['0123456789abcdef0123456789abcdef01234567', `sha256:${'0123456789abcdef'.repeat(4)}`],
      picture: `image_${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(3)}.png`,
    };
    expect(fields(ids)).toBe(ids);
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
