import { describe, expect, test } from 'vitest';
import { languageOf } from '../../src/rag/language.js';
import { smallTalkReply } from '../../src/rag/small-talk.js';
import { supportsClaim } from '../../src/rag/supports-claim.js';

describe('small talk', () => {
  test.each([
    [':tada:', 'Hello'],
    ['👍🏽 🇵🇹!', 'Hello'],
    [':+1::skin-tone-3:', 'Hello'],
    ['thanks!', 'You’re welcome'],
    ['Thank you so much :pray:', 'You’re welcome'],
    ['hi there', 'Hello'],
    ['Vielen Dank', 'Gern geschehen'],
    ['dank je wel', 'Graag gedaan'],
    ['danke dir', undefined],
    ['Danke schön!', 'Gern geschehen'],
    ['merci beaucoup', 'Avec plaisir'],
    ['¡Hola!', '¡Hola!'],
    ['ありがとうございます', 'どういたしまして'],
  ])('%s', (message, start) => {
    if (start === undefined) expect(smallTalkReply(message)).toBeUndefined();
    else expect(smallTalkReply(message)?.startsWith(start), smallTalkReply(message)).toBe(true);
  });

  test.each([
    '',
    '?',
    'thanks, and for staging?',
    'hello world example',
    'ok what about refunds',
    'is it good?',
    'the team',
    'yes',
    'thanks but the link to the travel policy is broken',
    '123',
    ':wave: how do I rotate a key',
  ])('is not %j', (message) => expect(smallTalkReply(message)).toBeUndefined());
});

describe('the language of a question', () => {
  test.each([
    [
      'de',
      [
        'wie lange dauert eine Erstattung?',
        'was kostet ein Sitz?',
        'Wer genehmigt das?',
        'Wo finde ich die Webhooks?',
      ],
    ],
    ['fr', ['combien de temps prend un remboursement ?', 'où sont les sauvegardes ?', 'Quel est le prix ?']],
    [
      'es',
      ['¿cuánto tarda un reembolso?', 'dónde están los documentos', '¿Cómo reinicio el servidor de staging?'],
    ],
    ['pt', ['quanto tempo demora um reembolso?', 'onde estão as chaves de API?', 'como faço para instalar']],
    [
      'it',
      [
        'quanto tempo ci vuole per un rimborso?',
        'come installo il bot?',
        "dov'è il documento, e che cosa dice?",
      ],
    ],
    ['nl', ['hoe lang duurt een terugbetaling?', 'waar vind ik de documenten', 'wat kost een licentie?']],
    ['ja', ['返金にはどのくらいかかりますか']],
    [
      'en',
      [
        'how long does a refund take?',
        'is there SSO?',
        'who approves travel to Portugal?',
        'what is the export limit',
      ],
    ],
  ])('%s', (language, questions) => {
    for (const question of questions) expect(languageOf(question), question).toBe(language);
  });

  test('is not guessed where nothing tells', () => {
    const short = [
      'vacation policy',
      'rate limit API',
      'webhook retries?',
      'PTO',
      'OKR template?',
      'invoice payment terms',
      '',
    ];
    for (const question of short) expect(languageOf(question), question).toBeUndefined();
  });
});

describe('what a statement may rest on', () => {
  const passage = {
    title: 'Billing',
    headings: ['Refunds'],
    text: 'A refund is paid back within ten working days to the card that paid. Exports hold 50,000 rows and cost 3.5 euros.',
  };
  test.each([
    ['Refunds are paid back to the card', true],
    ['The refunded money arrives on the card', true],
    ['An export has 50.000 rows', true],
    ['An export has 60,000 rows', false],
    ['Bananas are yellow and have a peel', false],
    ['Deployments happen every Tuesday after the review', false],
    ['Yes.', true],
    ['返金は十営業日以内です', true],
    ['Das Geld ist nach einigen Tagen auf der Karte', true],
    ['Nach 99 Tagen ist das Geld auf der Karte', false],
    ['Das sind 3.5 Euro', true],
  ])('%s: %s', (claim, supported) => expect(supportsClaim(claim, passage)).toBe(supported));

  test('without spaces between words is compared by pairs of characters', () => {
    const japanese = { title: '経費', headings: [], text: '返金は十営業日以内に行われます。' };
    expect(supportsClaim('返金は十営業日以内です', japanese)).toBe(true);
    expect(supportsClaim('会議室を予約する', japanese)).toBe(false);
  });
});
