import { App } from '@slack/bolt';

/** The floor of intake: Bolt with its default options over HTTP, and one listener that does nothing. */
const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? '' },
});
app.event('app_mention', async () => {});

const server = await app.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
if (address && typeof address === 'object')
  console.log(`ready in bare Bolt: http://127.0.0.1:${address.port}/slack/events`);
