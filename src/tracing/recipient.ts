/** Who is to get the runs, in the words of the log. */
export interface Recipient {
  readonly name: string;
  /** What a run is there. */
  readonly items: 'runs' | 'spans';
}

export const LANGSMITH: Recipient = { name: 'LangSmith', items: 'runs' };
