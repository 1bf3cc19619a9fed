/** Fields of a run as LangSmith shows them. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the program itself finds of a turn: feedback on its trace. */
export interface Score {
  readonly key: string;
  readonly score: number;
}

/** How one function appears in LangSmith. Never put text that people wrote in `name` or metadata: only inputs and outputs are masked. */
interface Shape<Input> {
  readonly name: string;
  readonly runType: 'chain' | 'llm' | 'retriever';
  /** Given for the function that begins a trace: the run's id is the trace's, and the metadata reaches every run below. */
  readonly root?: (input: Input) => { readonly id: string; readonly metadata: Fields };
  readonly inputs: (input: Input) => Fields;
}

/** For a function that returns a promise. */
export interface RunSpec<Input, Result> extends Shape<Input> {
  readonly outputs: (result: Result) => Fields;
  /** Called at the start, and again with the result. */
  readonly metadata?: (input: Input, result?: Result) => Fields;
}

/** For a function that returns a stream: its events are reduced to one state, and that is what the run shows. */
export interface StreamSpec<Input, Event, State> extends Shape<Input> {
  readonly initial: State;
  readonly reduce: (state: State, event: Event) => State;
  readonly outputs: (state: State) => Fields;
  /** Called at the start, and again with the last state. */
  readonly metadata?: (input: Input, state?: State) => Fields;
  /** Of the function that begins a trace, at the stream's regular end. */
  readonly feedback?: (state: State) => readonly Score[];
  /** The first event for which it is true marks the time to the first token. */
  readonly firstToken?: (event: Event) => boolean;
}

export type AnySpec<Input> = Shape<Input> & { readonly metadata?: (input: Input) => Fields };
