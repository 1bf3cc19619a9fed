import { Client } from 'langsmith';
import { boundedFetch } from './bounded-fetch.js';
import { commandFetch } from './command-fetch.js';
import { withPackedForms } from './packed-forms.js';
import { SDK_SETTINGS } from './sdk-settings.js';

export interface CommandClientOptions {
  readonly apiKey: string;
  readonly endpoint: string;
  readonly workspaceId?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** For one request: a page of a large project may take a while. */
const TIMEOUT_MS = 20_000;

/** LangSmith for somebody who waits: nothing is sent in the background, and what fails is one sentence at once (ExpectedError). */
export function createCommandClient(options: CommandClientOptions): Client {
  const { apiKey, endpoint, workspaceId, fetch } = options;
  return new Client({
    apiKey,
    apiUrl: endpoint,
    ...(workspaceId !== undefined && { workspaceId }),
    fetchImplementation: commandFetch(boundedFetch(withPackedForms(fetch), TIMEOUT_MS), endpoint),
    autoBatchTracing: false,
    ...SDK_SETTINGS,
  });
}
