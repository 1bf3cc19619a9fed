import { onTestFinished } from 'vitest';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';

/** A Slack that goes away with the test, after those who were connected to it later. */
export async function newSlackDouble(options?: SlackDoubleOptions): Promise<SlackDouble> {
  const slack = await startSlackDouble(options);
  onTestFinished(() => slack.close());
  return slack;
}
