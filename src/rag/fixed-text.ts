import { type Language, languageOf } from './language.js';

/** What the bot says itself, where no model speaks. */
export type FixedText =
  | 'nothingFound'
  | 'notGrounded'
  | 'interrupted'
  | 'cutOff'
  | 'refused'
  | 'empty'
  | 'noModel'
  | 'unreachable'
  | 'welcome'
  | 'hello';

const TEXTS: Readonly<Record<Language, Readonly<Record<FixedText, string>>>> = {
  en: {
    nothingFound: 'I could not find anything about that in the documents.',
    notGrounded:
      'I found nothing in the documents to cite for this, so please check it before you rely on it.',
    interrupted: 'The answer was interrupted here. Please ask again.',
    cutOff: 'The answer reached its length limit here. Ask for the rest and I will go on.',
    refused: 'I cannot answer that question. Please put it another way.',
    empty: 'I could not put an answer together from the documents. Please put the question another way.',
    noModel: 'No language model is set up: these are the passages that fit best.',
    unreachable: 'Claude cannot be reached right now: these are the passages that fit best.',
    welcome: 'You’re welcome! Ask me whenever you want to know something from the documents.',
    hello: 'Hello! Ask me something about your team’s documents.',
  },
  de: {
    nothingFound: 'Dazu habe ich in den Dokumenten nichts gefunden.',
    notGrounded:
      'In den Dokumenten fand ich dafür keinen Beleg; bitte prüfe es, bevor du dich darauf verlässt.',
    interrupted: 'Die Antwort wurde hier unterbrochen. Bitte frag noch einmal.',
    cutOff: 'Die Antwort hat hier ihre Höchstlänge erreicht. Frag nach dem Rest, dann mache ich weiter.',
    refused: 'Diese Frage kann ich nicht beantworten. Bitte stell sie anders.',
    empty: 'Ich konnte aus den Dokumenten keine Antwort zusammenstellen. Bitte stell die Frage anders.',
    noModel: 'Es ist kein Sprachmodell eingerichtet: Das sind die Stellen, die am besten passen.',
    unreachable: 'Claude ist gerade nicht erreichbar: Das sind die Stellen, die am besten passen.',
    welcome: 'Gern geschehen! Frag mich jederzeit, wenn du etwas aus den Dokumenten wissen möchtest.',
    hello: 'Hallo! Frag mich etwas zu den Dokumenten deines Teams.',
  },
  fr: {
    nothingFound: 'Je n’ai rien trouvé à ce sujet dans les documents.',
    notGrounded:
      'Je n’ai rien trouvé à citer dans les documents à l’appui de cette réponse : vérifiez-la avant de vous y fier.',
    interrupted: 'La réponse a été interrompue ici. Veuillez reposer la question.',
    cutOff: 'La réponse a atteint sa longueur maximale ici. Demandez la suite et je continuerai.',
    refused: 'Je ne peux pas répondre à cette question. Veuillez la formuler autrement.',
    empty:
      'Je n’ai pas pu composer de réponse à partir des documents. Veuillez formuler la question autrement.',
    noModel: 'Aucun modèle de langage n’est configuré : voici les passages qui correspondent le mieux.',
    unreachable: 'Claude est injoignable pour le moment : voici les passages qui correspondent le mieux.',
    welcome: 'Avec plaisir ! Posez-moi une question dès que vous cherchez quelque chose dans les documents.',
    hello: 'Bonjour ! Posez-moi une question sur les documents de votre équipe.',
  },
  es: {
    nothingFound: 'No he encontrado nada sobre eso en los documentos.',
    notGrounded:
      'No he encontrado en los documentos nada que citar para esto; compruébalo antes de darlo por bueno.',
    interrupted: 'La respuesta se ha interrumpido aquí. Vuelve a preguntar, por favor.',
    cutOff: 'La respuesta ha llegado aquí a su longitud máxima. Pide el resto y continuaré.',
    refused: 'No puedo responder a esa pregunta. Formúlala de otra manera, por favor.',
    empty:
      'No he podido componer una respuesta con los documentos. Formula la pregunta de otra manera, por favor.',
    noModel: 'No hay ningún modelo de lenguaje configurado: estos son los pasajes que mejor encajan.',
    unreachable: 'Ahora mismo no se puede contactar con Claude: estos son los pasajes que mejor encajan.',
    welcome: '¡De nada! Pregúntame cuando quieras saber algo de los documentos.',
    hello: '¡Hola! Pregúntame algo sobre los documentos de tu equipo.',
  },
  pt: {
    nothingFound: 'Não encontrei nada sobre isso nos documentos.',
    notGrounded: 'Não encontrei nos documentos nada que sustente isto; verifique antes de confiar.',
    interrupted: 'A resposta foi interrompida aqui. Pergunte novamente, por favor.',
    cutOff: 'A resposta atingiu aqui o seu limite de tamanho. Peça o resto e eu continuo.',
    refused: 'Não posso responder a essa pergunta. Formule-a de outra maneira, por favor.',
    empty:
      'Não consegui montar uma resposta com os documentos. Formule a pergunta de outra maneira, por favor.',
    noModel: 'Nenhum modelo de linguagem está configurado: estas são as passagens que melhor se encaixam.',
    unreachable: 'O Claude não está acessível agora: estas são as passagens que melhor se encaixam.',
    welcome: 'De nada! Pergunte sempre que quiser saber algo dos documentos.',
    hello: 'Olá! Pergunte-me algo sobre os documentos da sua equipe.',
  },
  it: {
    nothingFound: 'Non ho trovato nulla al riguardo nei documenti.',
    notGrounded:
      'Nei documenti non ho trovato nulla da citare a sostegno: verifica prima di farci affidamento.',
    interrupted: 'La risposta si è interrotta qui. Ripeti la domanda, per favore.',
    cutOff: 'La risposta ha raggiunto qui la lunghezza massima. Chiedi il resto e continuo.',
    refused: 'Non posso rispondere a questa domanda. Formulala in un altro modo, per favore.',
    empty:
      'Non sono riuscito a comporre una risposta dai documenti. Formula la domanda in un altro modo, per favore.',
    noModel: 'Nessun modello linguistico è configurato: questi sono i passaggi più pertinenti.',
    unreachable: 'Al momento Claude non è raggiungibile: questi sono i passaggi più pertinenti.',
    welcome: 'Prego! Chiedimi pure quando vuoi sapere qualcosa dai documenti.',
    hello: 'Ciao! Chiedimi qualcosa sui documenti del tuo team.',
  },
  nl: {
    nothingFound: 'Daarover heb ik niets gevonden in de documenten.',
    notGrounded:
      'Ik vond in de documenten niets om hiervoor aan te halen; controleer het voordat je erop vertrouwt.',
    interrupted: 'Het antwoord werd hier onderbroken. Stel de vraag alsjeblieft opnieuw.',
    cutOff: 'Het antwoord bereikte hier zijn maximale lengte. Vraag om de rest en ik ga verder.',
    refused: 'Die vraag kan ik niet beantwoorden. Stel ze alsjeblieft anders.',
    empty: 'Ik kon uit de documenten geen antwoord samenstellen. Stel de vraag alsjeblieft anders.',
    noModel: 'Er is geen taalmodel ingesteld: dit zijn de passages die het best passen.',
    unreachable: 'Claude is nu niet bereikbaar: dit zijn de passages die het best passen.',
    welcome: 'Graag gedaan! Vraag het me gerust als je iets uit de documenten wilt weten.',
    hello: 'Hallo! Vraag me iets over de documenten van je team.',
  },
  ja: {
    nothingFound: 'その件については、文書の中に何も見つかりませんでした。',
    notGrounded: 'この内容の根拠となる記述は文書の中に見つかりませんでした。ご利用の前に確認してください。',
    interrupted: '回答はここで中断されました。もう一度質問してください。',
    cutOff: '回答はここで長さの上限に達しました。続きを求めていただければ再開します。',
    refused: 'その質問にはお答えできません。別の言い方でお尋ねください。',
    empty: '文書から回答をまとめられませんでした。別の言い方でお尋ねください。',
    noModel: '言語モデルが設定されていません。最も近い箇所を引用します。',
    unreachable: '現在 Claude に接続できません。最も近い箇所を引用します。',
    welcome: 'どういたしまして。文書について知りたいことがあれば、いつでも質問してください。',
    hello: 'こんにちは。チームの文書について質問してください。',
  },
};

/** One of the bot's own sentences. */
export function fixedText(text: FixedText, language: Language): string {
  return TEXTS[language][text];
}

/** The same in the language of what it replies to, or in English where that does not tell. */
export function replyText(text: FixedText, to: string): string {
  return fixedText(text, languageOf(to) ?? 'en');
}
