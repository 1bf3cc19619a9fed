import { randomUUID } from 'node:crypto';
import { type MessageView, messageJson, sharedFileJson } from './message-json.js';
import type { Message, WorkspaceChange } from './model.js';

export type SlackEvent = Readonly<Record<string, unknown>>;

/** Fields of the envelope to change or add, for instance `context_team_id` in Slack Connect. */
export type EnvelopeChanges = Readonly<Record<string, unknown>>;

/** An event as the Events API wraps it: https://docs.slack.dev/apis/events-api */
export function envelopeOf(
  { workspace }: MessageView,
  event: SlackEvent,
  changes: EnvelopeChanges = {},
): Record<string, unknown> {
  const { teamId, appId, botUserId, channels } = workspace;
  const channel = typeof event.channel === 'string' ? channels.get(event.channel) : undefined;
  return {
    token: 'a token that nobody checks any more',
    team_id: teamId,
    context_team_id: teamId,
    context_enterprise_id: null,
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`,
    event_time: Math.floor(workspace.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: teamId,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.isExtShared ?? false,
    event_context: `4-${randomUUID()}`,
    ...changes,
  };
}

/** The `message` event of a new message. */
export function messageEvent(view: MessageView, message: Message): SlackEvent {
  const { files, ...json } = messageJson(view, message);
  return {
    ...json,
    ...(message.botId === undefined ? { client_msg_id: randomUUID() } : {}),
    ...(message.files
      ? { files: message.files.map((file) => sharedFileJson(view, file)), subtype: 'file_share' }
      : {}),
    channel: message.channelId,
    event_ts: message.ts,
    channel_type: channelType(view, message),
  };
}

/** The twin that a mention also arrives as: without files, and without a channel type. */
export function mentionEvent(view: MessageView, message: Message): SlackEvent {
  const { files, upload, channel_type, subtype, ...json } = messageEvent(view, message);
  return { ...json, type: 'app_mention' };
}

/** Hidden; also sent for unfurls and for the app's own updates. */
export function messageChangedEvent(view: MessageView, message: Message, previous: Message): SlackEvent {
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    message: messageJson(view, message),
    previous_message: messageJson(view, previous),
    ...eventPlace(view, message),
  };
}

export function messageDeletedEvent(view: MessageView, message: Message): SlackEvent {
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: message.ts,
    previous_message: messageJson(view, message),
    ...eventPlace(view, message),
  };
}

/** What Slack tells the app about its own messages. A stream is told twice: when it starts and when it ends. */
export function echoEvent(view: MessageView, change: WorkspaceChange): SlackEvent | undefined {
  if (!('message' in change) || change.message.userId !== view.workspace.botUserId) return undefined;
  switch (change.type) {
    case 'message_added':
      return messageEvent(view, change.message);
    case 'message_deleted':
      return messageDeletedEvent(view, change.message);
    case 'message_updated': {
      const { message, previous } = change;
      const silent = message.stream?.state === 'in_progress' || message.reactions !== previous.reactions;
      return silent ? undefined : messageChangedEvent(view, message, previous);
    }
    case 'ephemeral_posted':
      return undefined;
  }
}

export function reactionEvent(
  view: MessageView,
  message: Message,
  reaction: { readonly userId: string; readonly name: string; readonly removed: boolean },
): SlackEvent {
  return {
    type: reaction.removed ? 'reaction_removed' : 'reaction_added',
    user: reaction.userId,
    reaction: reaction.name,
    item: { type: 'message', channel: message.channelId, ts: message.ts },
    item_user: message.userId,
    event_ts: view.workspace.nextTs(),
  };
}

function eventPlace(view: MessageView, message: Message): Record<string, unknown> {
  const ts = view.workspace.nextTs();
  return { channel: message.channelId, channel_type: channelType(view, message), ts, event_ts: ts };
}

function channelType({ workspace }: MessageView, { channelId }: Message): string | undefined {
  return workspace.channels.get(channelId)?.kind;
}

/** What an app subscribes to to get this event: `message.channels` for a message in a channel, else the event's type. */
export function subscriptionFor(event: SlackEvent): string {
  if (event.type !== 'message') return String(event.type);
  const type = String(event.channel_type);
  return `message.${type === 'channel' || type === 'group' ? `${type}s` : type}`;
}

/** Somebody opens the app's own view. Slack names the view that the Home tab shows, if the app has published one. */
export function homeOpenedEvent(
  { workspace }: MessageView,
  { userId, tab, channelId }: { readonly userId: string; readonly tab: string; readonly channelId: string },
): SlackEvent {
  const home = workspace.home(userId);
  return {
    type: 'app_home_opened',
    user: userId,
    channel: channelId,
    tab,
    ...(tab === 'home' && home && { view: { ...home.view, id: home.id } }),
    event_ts: workspace.nextTs(),
  };
}
