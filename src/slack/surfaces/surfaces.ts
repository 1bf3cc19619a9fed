import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { Installation } from '../connection/installation.js';
import type { ShowPrivately } from '../connection/response-url.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import { tenantIn } from '../connection/tenant-in.js';
import { escapeMrkdwn } from '../firewall/safe-markdown.js';
import { asksForHelp } from '../intake/asks-for-help.js';
import { readableText } from '../reading/readable-text.js';
import { turnOf } from '../reading/turn-of.js';
import { record, string } from '../unknown-json.js';
import type { HomeOpened } from './app-home.js';
import { messageQuestionModal, submittedQuestion } from './message-question.js';
import type { Notice } from './notice.js';
import type { PrivateAnswers } from './private-answers.js';
import type { Share } from './share-question.js';
import { SHARE_ACTION } from './shared-question.js';

export interface SurfacesOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly privateAnswers: Pick<PrivateAnswers, 'answer'>;
  readonly show: ShowPrivately;
  /** Resolves to what the one who clicked is told. */
  readonly share: (share: Share) => Promise<string>;
  readonly showHome: (opened: HomeOpened) => Promise<void>;
  /** Where questions go. */
  readonly notice: Pick<Notice, 'paragraph'>;
  readonly log: Log;
}

const HELP =
  'Ask me something about your team’s documents, for example: `/threadsmith how do I get started?`\n' +
  'Only you see the answer. To ask so that everybody sees it, mention me in a channel.';
const NO_TEXT = 'I see no text in this message, so there is nothing to ask about.';
const TOO_LATE = 'That took too long. Please choose “Ask about this message” once more.';

/** Where the bot can be asked and seen beside messages: a command, a shortcut, its own view. They translate; they decide nothing. */
export function addSurfaces(app: App, options: SurfacesOptions): void {
  const { client, installation, privateAnswers, show, share, showHome, log } = options;

  app.command('/threadsmith', async ({ command, ack }) => {
    const { channel_id: channelId, user_id: userId, response_url: responseUrl } = command;
    const text = readableText(command.text ?? '').trim();
    if (text === '' || asksForHelp(text)) return ack(ephemeral(HELP + options.notice.paragraph));
    // Slack does not show a command to the one who gave it, and what is shown now cannot be replaced.
    await ack(ephemeral(taken(text)));
    const tenantId = tenantIn(command, installation);
    const question = { tenantId, channelId, userId, text, turns: [], responseUrl };
    void privateAnswers.answer({ ...question, surface: 'slash_command' });
  });

  app.shortcut(
    { callback_id: 'threadsmith_ask_about', type: 'message_action' },
    async ({ shortcut, ack }) => {
      await ack();
      if (shortcut.type !== 'message_action') return;
      const { channel, message, message_ts, response_url: responseUrl, trigger_id } = shortcut;
      const turn = turnOf({ ...message, ts: message_ts }, installation);
      if (!turn) return show(responseUrl, { text: NO_TEXT });
      const view = messageQuestionModal(turn, { channelId: channel.id, responseUrl });
      await client.views.open({ trigger_id, view }).catch(async (error: unknown) => {
        log.warn({ slackError: slackErrorCode(error), err: error }, 'the modal could not be opened');
        await show(responseUrl, { text: TOO_LATE });
      });
    },
  );

  app.view('threadsmith_ask_about', async ({ ack, view, body }) => {
    const submitted = submittedQuestion(view);
    if ('errors' in submitted) return ack({ response_action: 'errors', errors: submitted.errors });
    await ack();
    const { channelId, responseUrl, question: text, turn } = submitted;
    const where = { tenantId: tenantIn(body, installation), channelId, userId: body.user.id, responseUrl };
    await show(responseUrl, { text: taken(text) }).catch((error: unknown) =>
      log.warn({ err: error }, 'a private question could not be confirmed'),
    );
    void privateAnswers.answer({ ...where, text, turns: [turn], surface: 'message_shortcut' });
  });

  app.action(SHARE_ACTION, async ({ ack, action, body }) => {
    await ack();
    if (body.type !== 'block_actions' || !('value' in action)) return;
    const told = await share({
      tenantId: tenantIn(body, installation),
      channelId: string(body.channel?.id),
      userId: body.user.id,
      userName: string(record(body.user).name) || string(record(body.user).username) || 'somebody',
      question: string(action.value),
      clickedTs: string(record(body.container).message_ts),
    });
    await show(string(body.response_url), { text: told });
  });

  app.event('app_home_opened', async ({ event }) => {
    await showHome({ userId: event.user, channelId: event.channel, tab: string(event.tab) });
  });
}

function ephemeral(text: string) {
  return { response_type: 'ephemeral', text } as const;
}

/** It stays above the answer, so it must stay true. */
function taken(question: string): string {
  const [line = ''] = question.split('\n', 1);
  const shown = line.length > 150 ? `${line.slice(0, 150)}…` : line;
  return `You asked: ${escapeMrkdwn(shown).replace(/@(?=\w)/g, '@\u2060')}\n_I look into it; my reply follows below, for you alone._`;
}
