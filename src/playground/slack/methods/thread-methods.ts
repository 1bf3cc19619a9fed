import { isRecord, requiredString, stringArgument } from '../arguments.js';
import { threadRoot, visibleChannel } from '../find-channel.js';
import type { Method } from '../method.js';
import { SlackError } from '../slack-error.js';
import { checkSessionStatus } from './session-status.js';

const MAX_LOADING_MESSAGES = 10;
const MAX_PROMPTS = 4;

const setThreadStatus: Method = ({ workspace, args }) => {
  const channel = visibleChannel(workspace, requiredString(args, 'channel_id'));
  const root = threadRoot(workspace, channel.id, requiredString(args, 'thread_ts'), 'invalid_thread_ts');
  const status = requiredString(args, 'status');
  const loadingMessages = stringList(args.loading_messages);
  workspace.setStatus(channel.id, root.ts, status === '' ? undefined : { status, loadingMessages });
  return {};
};

const setSuggestedPrompts: Method = ({ workspace, args }) => {
  const channel = visibleChannel(workspace, requiredString(args, 'channel_id'));
  const threadTs = stringArgument(args, 'thread_ts');
  if (threadTs !== undefined) threadRoot(workspace, channel.id, threadTs, 'invalid_thread_ts');
  const { prompts } = args;
  if (!Array.isArray(prompts) || prompts.length === 0 || prompts.length > MAX_PROMPTS) {
    throw new SlackError('invalid_arguments', `[ERROR] 1 to ${MAX_PROMPTS} prompts [json-pointer:/prompts]`);
  }
  const checked = prompts.map((prompt: unknown) => {
    if (!isRecord(prompt) || typeof prompt.title !== 'string' || typeof prompt.message !== 'string') {
      throw new SlackError(
        'invalid_arguments',
        '[ERROR] a prompt needs title and message [json-pointer:/prompts]',
      );
    }
    return { title: prompt.title, message: prompt.message };
  });
  workspace.setPrompts(channel.id, { title: stringArgument(args, 'title'), prompts: checked });
  return {};
};

const setSessionStatus: Method = ({ workspace, args }) => {
  const channel = visibleChannel(workspace, requiredString(args, 'channel_id'));
  const status = checkSessionStatus(requiredString(args, 'status'));
  const root = threadRoot(workspace, channel.id, requiredString(args, 'thread_ts'));
  workspace.setSession(channel.id, root.ts, status);
  return { status, title: stringArgument(args, 'title') ?? '' };
};

function stringList(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_LOADING_MESSAGES) {
    throw new SlackError('invalid_arguments', `[ERROR] at most ${MAX_LOADING_MESSAGES} loading_messages`);
  }
  return value.map(String);
}

export const threadMethods: Readonly<Record<string, Method>> = {
  'assistant.threads.setStatus': setThreadStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'agents.sessions.setStatus': setSessionStatus,
};
