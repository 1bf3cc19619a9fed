import type { webApi } from '@slack/bolt';

/** Slack's SDK exports its type of a manifest only as this argument. */
export type Manifest = webApi.AppsManifestCreateArguments['manifest'];
type Scopes = NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>;
type Subscriptions = NonNullable<NonNullable<Manifest['settings']>['event_subscriptions']>;
/** Slack's types leave out the event of its stop button. */
export type EventName = NonNullable<Subscriptions['bot_events']>[number] | 'agent_session_stopped';
/** Slack's types leave out the scope that comes with `features.agent_view`. */
export type Scope = NonNullable<Scopes['bot']>[number] | 'assistant:write';

/** The events that the bot listens to, each with the scope without which Slack does not deliver it. */
export const EVENTS: readonly { readonly event: EventName; readonly scopes: readonly Scope[] }[] = [
  { event: 'app_home_opened', scopes: [] },
  { event: 'app_mention', scopes: ['app_mentions:read'] },
  // Its stop button, which an agent's app gets by subscribing.
  { event: 'agent_session_stopped', scopes: ['assistant:write'] },
  // A thumb on an answer is a vote.
  { event: 'reaction_added', scopes: ['reactions:read'] },
  { event: 'reaction_removed', scopes: ['reactions:read'] },
  { event: 'message.channels', scopes: ['channels:history'] },
  { event: 'message.groups', scopes: ['groups:history'] },
  { event: 'message.im', scopes: ['im:history'] },
  { event: 'message.mpim', scopes: ['mpim:history'] },
];

/**
 * The Web API methods that the bot calls with its bot token, each with the scopes it needs, as
 * docs.slack.dev/reference/methods has them. (setStatus took assistant:write until March 2026.)
 */
export const METHODS: readonly { readonly method: string; readonly scopes: readonly Scope[] }[] = [
  { method: 'auth.test', scopes: [] },
  {
    method: 'conversations.replies',
    scopes: ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  },
  { method: 'chat.startStream', scopes: ['chat:write'] },
  { method: 'chat.appendStream', scopes: ['chat:write'] },
  { method: 'chat.stopStream', scopes: ['chat:write'] },
  { method: 'chat.postMessage', scopes: ['chat:write'] },
  { method: 'chat.update', scopes: ['chat:write'] },
  { method: 'chat.delete', scopes: ['chat:write'] },
  // Its scope is also what downloading a file takes.
  { method: 'files.info', scopes: ['files:read'] },
  // The rest of an answer that is too long for three messages.
  { method: 'files.getUploadURLExternal', scopes: ['files:write'] },
  { method: 'files.completeUploadExternal', scopes: ['files:write'] },
  // Guests and people of other organisations are told by it.
  { method: 'users.info', scopes: ['users:read'] },
  // Whether a channel is shared with another organisation, where no event says it.
  { method: 'conversations.info', scopes: ['channels:read', 'groups:read', 'mpim:read'] },
  { method: 'views.open', scopes: [] },
  { method: 'views.publish', scopes: [] },
  { method: 'assistant.threads.setSuggestedPrompts', scopes: ['assistant:write'] },
  // The hourglass on a question that waits for the one before it.
  { method: 'reactions.add', scopes: ['reactions:write'] },
  { method: 'reactions.remove', scopes: ['reactions:write'] },
  { method: 'assistant.threads.setStatus', scopes: ['chat:write'] },
  { method: 'agents.sessions.setStatus', scopes: ['chat:write'] },
];

/** Called with the app-level token, whose scope (connections:write) is chosen when it is made, not in a manifest. */
export const APP_LEVEL_METHODS: readonly string[] = ['apps.connections.open'];

/** Slack adds it to every app that is declared an agent (`features.agent_view`). */
const AGENT_SCOPE: Scope = 'assistant:write';

/** What slash commands and message shortcuts take. */
const COMMANDS_SCOPE: Scope = 'commands';

export function eventNames(): EventName[] {
  return EVENTS.map(({ event }) => event);
}

/** Every bot scope that something above needs, and no other. */
export function neededScopes(): Scope[] {
  return [
    ...new Set([AGENT_SCOPE, COMMANDS_SCOPE, ...[...EVENTS, ...METHODS].flatMap(({ scopes }) => scopes)]),
  ].sort();
}
