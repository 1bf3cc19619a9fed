import type { Arguments } from './arguments.js';
import type { Workspace } from './workspace.js';

/** What a Web API method gets. Required arguments, token and scopes were checked before. */
export interface MethodCall {
  readonly workspace: Workspace;
  readonly args: Arguments;
  /** Where the double listens, "http://127.0.0.1:1234": file links point there. */
  readonly origin: string;
  /** A fresh, one-time Socket Mode url. */
  readonly openConnection: () => string;
}

/** Answers with the fields beside `ok`. @throws SlackError to refuse. */
export type Method = (call: MethodCall) => Readonly<Record<string, unknown>>;
