import { createHmac } from 'node:crypto';
import type { Outgoing, Transport } from './deliveries.js';

export interface HttpDeliveryOptions {
  /** The app's request url, "http://127.0.0.1:3000/slack/events". */
  readonly url: string;
  readonly signingSecret: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long Slack waits for the ack. @default 3000 */
  readonly ackTimeoutMs?: number | undefined;
}

/** Events over HTTP, signed as https://docs.slack.dev/authentication/verifying-requests-from-slack says. */
export function httpDelivery({
  url,
  signingSecret,
  now = Date.now,
  ackTimeoutMs = 3_000,
}: HttpDeliveryOptions): Transport {
  return async (outgoing, { retry, timestamp, badSignature = false, rawBody } = {}) => {
    const body = rawBody ?? encode(outgoing);
    const seconds = timestamp ?? Math.floor(now() / 1000);
    const secret = badSignature ? `not ${signingSecret}` : signingSecret;
    const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
    const startedAt = performance.now();
    const took = () => performance.now() - startedAt;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type':
            outgoing.kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(seconds),
          'x-slack-signature': `v0=${signature}`,
          ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
        },
        body,
        signal: AbortSignal.timeout(ackTimeoutMs),
      });
      const answer = { status: response.status, body: await response.text(), ms: took(), retry };
      if (response.ok) return { ...answer, ok: true };
      const final = response.headers.get('x-slack-no-retry') === '1';
      return { ...answer, ok: false, failure: 'http_error', final };
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      return { ok: false, body: '', ms: took(), retry, failure: late ? 'http_timeout' : 'connection_failed' };
    }
  };
}

function encode({ kind, payload }: Outgoing): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}
