import type { Arguments } from './arguments.js';
import type { Method, MethodCall } from './method.js';
import { METHOD_TABLE, type MethodFacts } from './method-table.js';
import { chatMethods } from './methods/chat-methods.js';
import { conversationMethods } from './methods/conversation-methods.js';
import { otherMethods } from './methods/other-methods.js';
import { streamMethods } from './methods/stream-methods.js';
import { threadMethods } from './methods/thread-methods.js';
import { uploadMethods } from './methods/upload-methods.js';
import { viewMethods } from './methods/view-methods.js';
import type { RateLimits } from './rate-limits.js';
import { SlackError } from './slack-error.js';
import type { Workspace } from './workspace.js';

const METHODS: Readonly<Record<string, Method>> = {
  ...chatMethods,
  ...conversationMethods,
  ...otherMethods,
  ...streamMethods,
  ...threadMethods,
  ...viewMethods,
  ...uploadMethods,
};

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface MethodRequest extends Omit<MethodCall, 'workspace'> {
  readonly method: string;
  readonly token: string | undefined;
  /** Whose bot token it is. */
  readonly workspace: Workspace | undefined;
  readonly isAppToken: boolean;
  /** The workspace that an app-level token acts in. */
  readonly home: Workspace | undefined;
  readonly limits: RateLimits | undefined;
}

/** Answers one Web API call: token, scopes, tier and required arguments first, then the method itself. */
export function callMethod(request: MethodRequest): Reply {
  try {
    const { method, args } = request;
    const facts = METHOD_TABLE[method];
    const run = METHODS[method];
    if (!facts || !run) throw new SlackError('unknown_method');
    const workspace = authorized(request, facts);
    const missingScope =
      facts.scopes.length > 0 && !facts.scopes.some((scope) => workspace.scopes?.includes(scope) ?? true);
    if (missingScope) {
      const provided = workspace.scopes?.join(',') ?? '';
      return refusal('missing_scope', { needed: facts.scopes.join(','), provided });
    }
    const wait = request.limits?.({ teamId: workspace.teamId, method, channelId: channelOf(args) }) ?? 0;
    if (wait > 0) return rateLimited(wait);
    const missing = facts.required.filter((name) => args[name] === undefined || args[name] === null);
    if (missing.length > 0) {
      throw new SlackError(
        facts.missing ?? 'invalid_arguments',
        ...missing.map((name) => `[ERROR] missing required field: ${name}`),
      );
    }
    return { status: 200, headers: {}, body: { ok: true, ...run({ ...request, workspace }) } };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const explained = error.details.length > 0 ? { response_metadata: { messages: error.details } } : {};
    return refusal(error.code, explained);
  }
}

/** Slack's refusal: HTTP 200 with a code. */
export function refusal(error: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return { status: 200, headers: {}, body: { ok: false, error, ...more } };
}

/** @param seconds null leaves the header out. */
export function rateLimited(seconds: number | null): Reply {
  const headers: Record<string, string> = seconds === null ? {} : { 'retry-after': String(seconds) };
  return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
}

function authorized({ token, workspace, isAppToken, home }: MethodRequest, facts: MethodFacts): Workspace {
  if (token === undefined) throw new SlackError('not_authed');
  const found = isAppToken ? home : workspace;
  if (!found) throw new SlackError('invalid_auth');
  if (isAppToken !== (facts.token === 'app')) throw new SlackError('not_allowed_token_type');
  return found;
}

function channelOf({ channel }: Arguments): string | undefined {
  return typeof channel === 'string' ? channel : undefined;
}
