export interface NoticeSettings {
  /** As given: a text, or "off". */
  readonly given: string | undefined;
  readonly claude: boolean;
  readonly langsmith: boolean;
}

/** What people are told of where their questions go; nothing where they go nowhere. */
export function noticeOf({ given, claude, langsmith }: NoticeSettings): string | undefined {
  if (given !== undefined) return given.toLowerCase() === 'off' ? undefined : given;
  const to = [
    ...(claude ? ['to Claude, the language model that answers'] : []),
    ...(langsmith ? ['to LangSmith, where answers are looked after'] : []),
  ];
  if (to.length === 0) return undefined;
  return `Questions to me and the messages of their threads are sent ${to.join(', and ')}.`;
}
