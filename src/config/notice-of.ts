export interface NoticeSettings {
  /** As given: a text, or "off". */
  readonly given: string | undefined;
  readonly claude: boolean;
  readonly langsmith: boolean;
  /** To another tool than LangSmith. */
  readonly spans: boolean;
}

/** What people are told of where their questions go; nothing where they go nowhere. */
export function noticeOf({ given, claude, langsmith, spans }: NoticeSettings): string | undefined {
  if (given !== undefined) return given.toLowerCase() === 'off' ? undefined : given;
  const to = [
    ...(claude ? ['to Claude, the language model that answers'] : []),
    ...(langsmith ? ['to LangSmith, where answers are looked after'] : []),
    ...(spans ? ['to where this bot is watched'] : []),
  ];
  if (to.length === 0) return undefined;
  return `Questions to me and the messages of their threads are sent ${to.join(', and ')}.`;
}
