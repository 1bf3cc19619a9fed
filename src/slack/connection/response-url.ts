import { setTimeout } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import { record, string } from '../unknown-json.js';

/** What one person sees, and Slack does not keep. */
export interface PrivateMessage {
  /** What notifications show; all of it when there are no blocks. */
  readonly text: string;
  readonly blocks?: readonly KnownBlock[] | undefined;
  /** The thread to show it in. @default below the channel's messages */
  readonly threadTs?: string | undefined;
}

/** Shows a message through a `response_url`. @throws ResponseUrlError when Slack does not take it. */
export type ShowPrivately = (responseUrl: string, message: PrivateMessage) => Promise<void>;

export class ResponseUrlError extends Error {
  override name = 'ResponseUrlError';
}

const TIMEOUT_MS = 15_000;
const PAUSE_MS = 500;
/** A rate limit that is longer is not waited for. */
const MAX_WAIT_MS = 10_000;
const ATTEMPTS = 2;

/**
 * Slack's urls for answers to a command, a shortcut or a click: five messages within half an hour, also in channels that the
 * bot is not in. The url of a command or a shortcut only adds messages: `replace_original` has no effect there
 * (https://github.com/slackapi/bolt-python/issues/1268). What may have been lost is sent once more: to see a private message
 * twice is better than not to see it.
 */
export function createShowPrivately({ fetch }: { readonly fetch: typeof globalThis.fetch }): ShowPrivately {
  return async (responseUrl, { text, blocks, threadTs }) => {
    const body = JSON.stringify({
      response_type: 'ephemeral',
      replace_original: false,
      unfurl_links: false,
      unfurl_media: false,
      text,
      ...(blocks && { blocks }),
      ...(threadTs && { thread_ts: threadTs }),
    });
    for (let attempt = 1; ; attempt += 1) {
      const { refusal, retryInMs } = await send(fetch, responseUrl, body);
      if (refusal === undefined) return;
      if (attempt === ATTEMPTS || retryInMs === undefined || retryInMs > MAX_WAIT_MS)
        throw new ResponseUrlError(`Slack must take a private message, got ${refusal}`);
      await setTimeout(retryInMs);
    }
  };
}

async function send(
  fetch: typeof globalThis.fetch,
  url: string,
  body: string,
): Promise<{ refusal?: string; retryInMs?: number }> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  try {
    const response = await fetch(url, request);
    const said = await response.text();
    const code = errorIn(said);
    if (response.ok && code === undefined) return {};
    const refusal = code ?? `HTTP ${response.status}`;
    if (response.status === 429)
      return { refusal, retryInMs: Number(response.headers.get('retry-after') ?? 1) * 1_000 };
    return response.status >= 500 ? { refusal, retryInMs: PAUSE_MS } : { refusal };
  } catch (error) {
    return { refusal: String(error), retryInMs: PAUSE_MS };
  }
}

/** Slack says "ok", or `{ ok: false, error }`, with a status of its own or with 200. */
function errorIn(said: string): string | undefined {
  try {
    const { ok, error } = record(JSON.parse(said));
    return ok === false ? string(error) || 'an error' : undefined;
  } catch {
    return undefined;
  }
}
