import type { ConversationKind } from '../rag/answer-request.js';

/** Fields of a run as LangSmith shows them. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the program itself finds of a turn: feedback on its trace. */
export interface Score {
  readonly key: string;
  readonly score: number;
}

/** The function that begins a trace says whose it is. */
export interface TraceRoot {
  /** The run's id is the trace's. */
  readonly id: string;
  readonly sessionId: string;
  /** Reaches every run below. */
  readonly metadata: Fields;
  /** What the conversation is or may be: decides how much of it is recorded. @default each kind */
  readonly conversation?: readonly ConversationKind[] | undefined;
  /** The user who asks: stands in the metadata as `user`, or by another name where ids must not. */
  readonly userId?: string | undefined;
  /** Ids of all who take part, the asker among them. */
  readonly people: readonly string[];
}

/** How one function appears in LangSmith. Never put text that people wrote in `name` or metadata: only inputs and outputs are masked. */
interface Shape<Input> {
  readonly name: string;
  readonly runType: 'chain' | 'llm' | 'retriever';
  readonly root?: (input: Input) => TraceRoot;
  readonly inputs: (input: Input) => Fields;
  /** The inputs where no text is recorded: ids and figures. @default none */
  readonly bareInputs?: (input: Input) => Fields;
}

/** For a function that returns a promise. */
export interface RunSpec<Input, Result> extends Shape<Input> {
  readonly outputs: (result: Result) => Fields;
  /** The outputs where no text is recorded. @default none */
  readonly bareOutputs?: (result: Result) => Fields;
  /** Called at the start, and again with the result. */
  readonly metadata?: (input: Input, result?: Result) => Fields;
  /** What the trace's first run says of this one's result, for whoever filters traces. */
  readonly traceMetadata?: (result: Result) => Fields;
}

/** For a function that returns a stream: its events are reduced to one state, and that is what the run shows. */
export interface StreamSpec<Input, Event, State> extends Shape<Input> {
  readonly initial: State;
  readonly reduce: (state: State, event: Event) => State;
  readonly outputs: (state: State) => Fields;
  /** The outputs where no text is recorded. @default none */
  readonly bareOutputs?: (state: State) => Fields;
  /** Called at the start, and again with the last state. */
  readonly metadata?: (input: Input, state?: State) => Fields;
  /** Of the function that begins a trace, at the stream's regular end. */
  readonly feedback?: (state: State) => readonly Score[];
  /** The first event for which it is true marks the time to the first token. */
  readonly firstToken?: (event: Event) => boolean;
}

export type AnySpec<Input> = Shape<Input> & { readonly metadata?: (input: Input) => Fields };
