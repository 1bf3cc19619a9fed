import type { webApi } from '@slack/bolt';

/** Slack's SDK exports its type of a manifest only as this argument. */
export type Manifest = webApi.AppsManifestCreateArguments['manifest'];
type Scopes = NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>;
type Subscriptions = NonNullable<NonNullable<Manifest['settings']>['event_subscriptions']>;
type EventName = NonNullable<Subscriptions['bot_events']>[number];
/** Slack's types leave out the scope that comes with `features.agent_view`. */
export type Scope = NonNullable<Scopes['bot']>[number] | 'assistant:write';

/** The events that the bot listens to, each with the scope without which Slack does not deliver it. */
export const EVENTS: readonly { readonly event: EventName; readonly scopes: readonly Scope[] }[] = [
  { event: 'app_mention', scopes: ['app_mentions:read'] },
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
  { method: 'chat.delete', scopes: ['chat:write'] },
  { method: 'assistant.threads.setStatus', scopes: ['chat:write'] },
  { method: 'agents.sessions.setStatus', scopes: ['chat:write'] },
];

/** Called with the app-level token, whose scope (connections:write) is chosen when it is made, not in a manifest. */
export const APP_LEVEL_METHODS: readonly string[] = ['apps.connections.open'];

/** Slack adds it to every app that is declared an agent (`features.agent_view`). */
const AGENT_SCOPE: Scope = 'assistant:write';

export function eventNames(): EventName[] {
  return EVENTS.map(({ event }) => event);
}

/** Every bot scope that something above needs, and no other. */
export function neededScopes(): Scope[] {
  return [...new Set([AGENT_SCOPE, ...[...EVENTS, ...METHODS].flatMap(({ scopes }) => scopes)])].sort();
}
