/** Languages in which the bot says its own sentences. */
export type Language = 'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | 'nl' | 'ja';

/** Words without a subject of their own, as people use them in short questions; words of two languages stand in both. */
const FUNCTION_WORDS: Readonly<Record<Exclude<Language, 'ja'>, string>> = {
  en: `a about after all also am an and any are as at be been before but by can could did do does each for from get had has
    have how i if in into is it its me more most must my no not of on once only or other our over should so some such than
    that the their them then there these they this those to under until up was we were what when where which while who whom
    whose why will with would you your`,
  de: `aber als am an auch auf aus bei bin bis bitte da dann das dass dem den der des die dies diese dieser doch du ein eine
    einem einen einer eines er es für gibt habe haben hat hier ich ihr ihre im in ist ja kann kein keine können man mein mich
    mir mit muss müssen nach nicht noch nur ob oder ohne seit sich sie sind so über um und uns unser unsere unter vom von vor
    wann war warum was welche welchen welcher welches wenn wer werden wie wieso wir wird wo woher wohin zu zum zur`,
  fr: `à au aux avec ce ces cet cette combien comment dans de des donc du elle elles en es est et être il ils je la le les
    leur lors lui mais mes moi mon ne nos notre nous on ont ou où par pas peut plus pour pourquoi quand que quel quelle
    quelles quels qui quoi sa sans se ses si sont sous sur ta tes ton tous tout toute très tu un une vos votre vous y`,
  es: `a al algún como cómo con cual cuál cuales cuáles cuando cuándo cuanto cuánto cuánta cuántas cuántos de del desde donde
    dónde el ella ellos en entre es esa ese eso esta está están estas este esto estos ha hay hasta la las le les lo los más me
    mi muy no nos nuestra nuestro o para pero por porque puede puedo qué que quien quién se ser si sin sobre son su sus también
    te tiene todo todos tu un una uno y ya yo`,
  pt: `a ao aos as até com como da das de do dos e é ela ele eles em entre está estão esta este eu faço foi há isso isto já
    lhe mais mas me meu minha muito na nas não no nos nossa nosso num numa o onde os ou para pela pelo pode por porque posso
    qual quais quando quanta quanto quantos que quem são se sem ser seu sua também tem tenho um uma você vocês`,
  it: `a ai al alla alle anche c'è che chi ci come con cosa cui da dal dalla dei del della delle di dove e è fra gli ha hanno
    ho i il in io la le lo loro ma mi mia mio nei nel nella noi non nostra nostro o ogni per perché più può posso qual quale
    quali quando quanta quanti quanto quella quello questa questo se sei senza si siamo sono sono su sua sul sulla suo tra tu
    un una uno vuole`,
  nl: `aan als bij daar dan dat de deze die dit doe door een en er ge geen had heb hebben heeft hem het hier hij hoe hoeveel
    hun ik in is je jij jullie kan krijg kunnen maar me meer met mijn moet na naar niet nog nu of om onder ons onze ook op over
    te tot uit van vind voor waar waarom wanneer want was wat we welk welke werd wie wij wil worden wordt ze zich zijn zonder`,
};

const TABLE = Object.entries(FUNCTION_WORDS).map(
  ([language, words]) => [language, new Set(words.split(/\s+/))] as const,
);

/**
 * The language of a text by its function words, or undefined where they do not tell.
 *
 * Counted here and not by a detector's letter statistics: on 25 short English questions ("vacation policy", "rate limit
 * API") franc-min took 13 for another language and tinyld 8. What has no function word is answered in English.
 */
export function languageOf(text: string): Language | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  const words = wordsOf(text);
  const counts = TABLE.map(([language, known]) => ({
    language,
    count: words.filter((word) => known.has(word)).length,
  })).sort((one, other) => other.count - one.count);
  const [best, second] = counts;
  return best && second && best.count > second.count ? asLanguage(best.language) : undefined;
}

/** Whether a word says nothing of what a text is about, in any of the languages. */
export function isFunctionWord(word: string): boolean {
  return TABLE.some(([, known]) => known.has(word));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}]+(?:'è)?/gu) ?? [];
}

function asLanguage(name: string): Language | undefined {
  return LANGUAGES.find((language) => language === name);
}

const LANGUAGES: readonly Language[] = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'ja'];
