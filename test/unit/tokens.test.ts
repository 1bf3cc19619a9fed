import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../src/knowledge/index/tokens.js';

const words = (text: string) => tokensOf(text).words;

describe('tokensOf', () => {
  it('leaves stop words out, counts them, and stems the rest', () => {
    expect(tokensOf('How do I restart the running servers?')).toEqual({
      words: ['restart', 'run', 'server'],
      compounds: [],
      humps: [],
      stopWords: 4,
    });
    expect(tokensOf("What isn't it?")).toMatchObject({ words: [], stopWords: 3 });
  });

  it('keeps the words that documentation is about', () => {
    expect(words('get make take use')).toEqual(['get', 'make', 'take', 'us']);
  });

  it.each([
    ['max_tokens', ['max', 'token']],
    ['max-tokens', ['max', 'token']],
    ['max.tokens', ['max', 'token']],
    ['maxTokens', ['maxtoken']],
  ])('names %s as every other way of writing it', (identifier, expectedWords) => {
    const { words, compounds } = tokensOf(identifier);
    expect(words).toEqual(expectedWords);
    expect([...words, ...compounds]).toContain('maxtoken');
  });

  it.each([
    ['client.chat.postMessage', ['post', 'messag']],
    ['HTTPServer', ['http', 'server']],
    ['APIs', []],
    ['GitHub', ['git', 'hub']],
  ])('finds the parts of %s', (identifier, humps) => {
    expect(tokensOf(identifier).humps).toEqual(humps);
  });

  it('tells 3.5 from 35', () => {
    expect(tokensOf('3.5').compounds).toEqual(['3.5']);
    expect(words('35')).toEqual(['35']);
  });

  it.each([
    ["Claude's", 'Claude’s'],
    ['resume', 'Résumé'],
    ['fullwidth', 'ｆｕｌｌｗｉｄｔｈ'],
    ['rate-limit', 'rate‐limit'],
    ['cooperate', 'co\u00adoperate'],
  ])('reads %s and %s alike', (one, other) => {
    expect(tokensOf(other)).toEqual(tokensOf(one));
  });

  it('pairs the characters of scripts without spaces, also beside Latin letters', () => {
    expect(words('日本語APIのテスト')).toEqual(['日本', '本語', 'api', 'のテ', 'テス', 'スト']);
    expect(words('한국어 문서')).toEqual(['한국', '국어', '문서']);
    expect(words('京')).toEqual(['京']);
    expect(words('Привет, мир')).toEqual(['привет', 'мир']);
  });

  it.each(['', '   ', '👍🏽 🎉', '1️⃣ #️⃣', '™ 🈁 ㊗️ 🇩🇪', '!?…'])('finds nothing in %j', (text) => {
    expect(tokensOf(text)).toEqual({ words: [], compounds: [], humps: [], stopWords: 0 });
  });

  it('skips what nobody searches by, and survives it', () => {
    const blob = 'QmFzZTY0'.repeat(100_000);
    expect(words(`restart ${blob} after_hours`)).toEqual(['restart', 'hour']);
  });
});
