import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import type { FindMember } from '../people/find-member.js';
import type { WhoMayAsk } from '../people/who-may-ask.js';
import { closedHomeView, type GoOn, homeView, type PartMode } from './home-view.js';
import type { FindDocuments } from './known-documents.js';

export interface AppHomeOptions {
  readonly client: WebClient;
  readonly findDocuments: FindDocuments;
  readonly findMember: FindMember;
  readonly whoMayAsk: WhoMayAsk;
  /** For admins to see. */
  readonly modes: readonly PartMode[];
  readonly followUps: GoOn;
  readonly log: Log;
}

/** Somebody opened the bot's own view in Slack. */
export interface HomeOpened {
  readonly userId: string;
  /** Their direct messages with the bot. */
  readonly channelId: string;
  readonly tab: string;
}

/** Slack's most. */
const MOST_PROMPTS = 4;
const MAX_TITLE_CHARS = 60;

/**
 * The Home tab, and the suggested prompts where people write to the bot. Best effort: it can be opened again, and nobody waits
 * for an answer. What it shows names internal documents, so it is for those alone who may ask. Never rejects.
 */
export async function showAppHome(options: AppHomeOptions, opened: HomeOpened): Promise<void> {
  try {
    await (opened.tab === 'home' ? publishHome(options, opened) : suggestPrompts(options, opened));
  } catch (error) {
    options.log.warn({ slackError: slackErrorCode(error), err: error }, 'the app home could not be shown');
  }
}

async function publishHome(options: AppHomeOptions, { userId, channelId }: HomeOpened): Promise<void> {
  const { client, findDocuments, whoMayAsk, followUps } = options;
  const refusal = await whoMayAsk({ channelId, userId });
  const open = async () =>
    homeView({
      ...{ known: await findDocuments(), followUps },
      modes: (await isAdmin(options, userId)) ? options.modes : undefined,
    });
  const view = refusal === undefined ? await open() : closedHomeView(refusal);
  await client.views.publish({ user_id: userId, view });
}

/** Who cannot be looked up is none. */
async function isAdmin({ findMember }: AppHomeOptions, userId: string): Promise<boolean> {
  return findMember(userId).then(
    (member) => member.isAdmin,
    () => false,
  );
}

async function suggestPrompts(options: AppHomeOptions, { userId, channelId }: HomeOpened): Promise<void> {
  const { client, findDocuments, whoMayAsk } = options;
  if ((await whoMayAsk({ channelId, userId })) !== undefined) return;
  const { titles } = await findDocuments();
  // Where the manifest's prompts are all there is to say, they stay.
  if (titles.length === 0) return;
  const [first, ...others] = titles.slice(0, MOST_PROMPTS).map((title) => ({
    title: title.length > MAX_TITLE_CHARS ? `${title.slice(0, MAX_TITLE_CHARS - 1)}…` : title,
    message: `What do the documents say about “${title}”?`,
  }));
  if (first)
    await client.assistant.threads.setSuggestedPrompts({
      channel_id: channelId,
      title: 'Ask about one of the documents',
      prompts: [first, ...others],
    });
}
