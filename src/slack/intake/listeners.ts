import type { App } from '@slack/bolt';
import type { Log } from '../../logger.js';
import { threadEventIn } from './thread-event.js';
import type { Threads } from './threads.js';

export interface ListenersOptions {
  readonly threads: Pick<Threads, 'hear'>;
  readonly botUserId: string;
  readonly log: Log;
}

/** Slack's events to calls on the bot. They translate; they decide nothing. */
export function addListeners(app: App, { threads, botUserId, log }: ListenersOptions): void {
  const threadEvent = async ({ body }: { body: unknown }) => {
    const event = threadEventIn(body, botUserId);
    if (event) await threads.hear(event);
  };
  app.event('app_mention', threadEvent);
  app.event('message', threadEvent);
  app.event('agent_session_stopped', threadEvent);

  app.error(async (error) => log.error({ err: error }, 'a Slack event could not be handled'));
}
