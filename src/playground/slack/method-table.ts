export interface MethodFacts {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Scopes of a bot token of which one is enough; none: any token. */
  readonly scopes: readonly string[];
  /** What Slack calls a missing required argument here. @default invalid_arguments */
  readonly missing?: string;
  /** `app`: needs the app-level token (xapp-…). @default bot */
  readonly token?: 'app';
  /** Calls a minute and workspace that Slack lets through; absent: not limited here. */
  readonly perMinute?: number;
}

const STREAM_TEXT = ['markdown_text', 'chunks'];
const AUTHOR = ['username', 'icon_emoji', 'icon_url'];
const CONTENT = ['text', 'blocks', 'attachments', 'markdown_text', 'parse', 'link_names', 'as_user'];
const PAGE = ['cursor', 'limit', 'oldest', 'latest', 'inclusive', 'include_all_metadata'];
const READ_CHANNEL = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const SEE_CHANNEL = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];

/**
 * The methods that the double knows: arguments, scopes and tiers from Slack's reference (https://docs.slack.dev/reference/methods).
 * Slack calls its tiers "20+, 50+, 100+ per minute"; here they are exact.
 */
export const METHOD_TABLE: Readonly<Record<string, MethodFacts>> = {
  'agents.sessions.setStatus': {
    required: ['channel_id', 'status'],
    optional: ['thread_ts', 'title', 'initiator_user_id', ...AUTHOR],
    scopes: ['chat:write'],
  },
  'apps.connections.open': { required: [], optional: [], scopes: [], token: 'app' },
  'assistant.threads.setStatus': {
    required: ['channel_id', 'thread_ts', 'status'],
    optional: ['loading_messages', ...AUTHOR],
    scopes: ['assistant:write', 'chat:write'],
    perMinute: 600,
  },
  'assistant.threads.setSuggestedPrompts': {
    required: ['channel_id', 'prompts'],
    optional: ['thread_ts', 'title'],
    scopes: ['assistant:write'],
    perMinute: 50,
  },
  'auth.test': { required: [], optional: [], scopes: [] },
  'chat.appendStream': {
    required: ['channel', 'ts'],
    optional: STREAM_TEXT,
    scopes: ['chat:write'],
    perMinute: 100,
  },
  'chat.delete': {
    required: ['channel', 'ts'],
    optional: ['as_user'],
    scopes: ['chat:write'],
    perMinute: 50,
  },
  'chat.postEphemeral': {
    required: ['channel', 'user'],
    optional: [...CONTENT, ...AUTHOR, 'thread_ts'],
    scopes: ['chat:write'],
    perMinute: 100,
  },
  // Limited by channel and second, see rate-limits.ts.
  'chat.postMessage': {
    required: ['channel'],
    optional: [
      ...[...CONTENT, ...AUTHOR, 'thread_ts', 'reply_broadcast', 'metadata', 'mrkdwn'],
      ...['unfurl_links', 'unfurl_media', 'current_draft_last_updated_ts'],
    ],
    scopes: ['chat:write'],
  },
  'chat.startStream': {
    required: ['channel', 'thread_ts'],
    optional: [...STREAM_TEXT, 'recipient_team_id', 'recipient_user_id', 'task_display_mode', ...AUTHOR],
    scopes: ['chat:write'],
    perMinute: 20,
  },
  'chat.stopStream': {
    required: ['channel', 'ts'],
    optional: [...STREAM_TEXT, 'blocks', 'metadata', 'session_status'],
    scopes: ['chat:write'],
    perMinute: 20,
  },
  'chat.update': {
    required: ['channel', 'ts'],
    optional: [...CONTENT, 'metadata', 'reply_broadcast', 'file_ids', 'unfurled_attachments'],
    scopes: ['chat:write'],
    perMinute: 50,
  },
  'conversations.history': { required: ['channel'], optional: PAGE, scopes: READ_CHANNEL, perMinute: 50 },
  'conversations.info': {
    required: ['channel'],
    optional: ['include_locale', 'include_num_members'],
    scopes: SEE_CHANNEL,
    perMinute: 50,
  },
  'conversations.replies': {
    required: ['channel', 'ts'],
    optional: PAGE,
    scopes: READ_CHANNEL,
    perMinute: 50,
  },
  'files.completeUploadExternal': {
    required: ['files'],
    optional: ['channel_id', 'thread_ts', 'initial_comment'],
    scopes: ['files:write'],
    perMinute: 100,
  },
  'files.getUploadURLExternal': {
    required: ['filename', 'length'],
    optional: [],
    scopes: ['files:write'],
    perMinute: 100,
  },
  'files.info': {
    required: ['file'],
    optional: ['count', 'cursor', 'limit', 'page'],
    scopes: ['files:read'],
    perMinute: 100,
  },
  'reactions.add': {
    required: ['channel', 'name', 'timestamp'],
    optional: [],
    missing: 'no_item_specified',
    scopes: ['reactions:write'],
    perMinute: 50,
  },
  'reactions.remove': {
    required: ['name'],
    optional: ['channel', 'timestamp', 'file', 'file_comment'],
    missing: 'no_item_specified',
    scopes: ['reactions:write'],
    perMinute: 20,
  },
  'users.info': { required: ['user'], optional: ['include_locale'], scopes: ['users:read'], perMinute: 100 },
  'views.publish': { required: ['user_id', 'view'], optional: ['hash'], scopes: [], perMinute: 100 },
  'views.open': { required: ['trigger_id', 'view'], optional: [], scopes: [], perMinute: 100 },
};
