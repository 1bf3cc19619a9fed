import Anthropic from '@anthropic-ai/sdk';
import { App } from '@slack/bolt';
import { answerRequests } from './answer-requests.js';

/**
 * The floor of answering: Bolt, the Anthropic SDK and `chatStream`, joined as their documentation shows. No history, no
 * retrieval, no journal, no tracing, no status.
 */
const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? '' },
});
const anthropic = new Anthropic();

app.event('app_mention', async ({ event, client, context }) => {
  const streamer = client.chatStream({
    channel: event.channel,
    thread_ts: event.thread_ts ?? event.ts,
    ...(context.teamId && { recipient_team_id: context.teamId }),
    ...(event.user && { recipient_user_id: event.user }),
  });
  const stream = await anthropic.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 1_024,
    messages: [{ role: 'user', content: event.text }],
    stream: true,
  });
  for await (const part of stream) {
    if (part.type === 'content_block_delta' && part.delta.type === 'text_delta')
      await streamer.append({ markdown_text: part.delta.text });
  }
  await streamer.stop();
});

answerRequests({
  /** How long `chat.startStream` takes from here, in milliseconds. */
  slackCall: async (message) => {
    const { channel, ts } = message as { channel: string; ts: string };
    const startedAt = performance.now();
    await app.client.chat.startStream({
      channel,
      thread_ts: ts,
      markdown_text: 'First words.',
      recipient_team_id: process.env.BENCH_TEAM ?? '',
      recipient_user_id: process.env.BENCH_USER ?? '',
    });
    return performance.now() - startedAt;
  },
});

const server = await app.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
if (address && typeof address === 'object')
  console.log(`ready in bare pieces: http://127.0.0.1:${address.port}/slack/events`);
