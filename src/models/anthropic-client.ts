import Anthropic from '@anthropic-ai/sdk';

export interface AnthropicSettings {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** Retries what fails before the first byte (429, 529, connection) twice; waits at most a minute for the headers. */
export function createAnthropicClient({ apiKey, baseUrl, fetch }: AnthropicSettings): Anthropic {
  // null, not undefined: with undefined the SDK reads ANTHROPIC_AUTH_TOKEN and ANTHROPIC_BASE_URL from the environment.
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl ?? null,
    fetch,
    maxRetries: 2,
    timeout: 60_000,
    logLevel: 'off',
  });
}
