/**
 * English words that carry grammar and no subject, lower-case, without what follows an apostrophe.
 *
 * A list of our own: the `stopword` package takes 40 ms of the start to load its 62 languages, and its English list drops
 * words that documentation is about ("get", "make", "take", "use"). Fewer words cost quality: nDCG@10 falls from .75 to
 * .70 on documentation questions when "how", "does" and "what" are searched for.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [
    'a an the this that these those such same other another each any some all both more most few',
    'i me my mine myself we us our ours ourselves you your yours yourself yourselves',
    'he him his himself she her hers herself it its itself they them their theirs themselves one ones',
    'who whom whose what which where when why how',
    'am is are was were be been being do does did doing done has have had having',
    'can could may might must shall should will would ought',
    'and or but nor so yet if then else than because while though although whether either neither',
    'about above across after against along among around as at before behind below beneath beside between beyond by',
    'during except for from in inside into of on onto outside over per since through throughout to toward towards',
    'under until up upon via with within without',
    'also again almost already always ever here just not no only once own quite rather s t too there very',
    'please hi hello thanks',
  ].flatMap((line) => line.split(' ')),
);
