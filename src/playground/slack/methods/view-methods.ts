import { isRecord, requiredString } from '../arguments.js';
import { checkBlocks } from '../check-blocks.js';
import type { Method } from '../method.js';
import { SlackError } from '../slack-error.js';

const MAX_TITLE = 24;
const MAX_METADATA = 3_000;
const MAX_CALLBACK_ID = 255;

const openView: Method = ({ workspace, args }) => {
  const view = checkView(args.view, 'modal');
  const title = isRecord(view.title) ? view.title.text : undefined;
  if (typeof title !== 'string' || title === '' || title.length > MAX_TITLE)
    refuse(`1 to ${MAX_TITLE} characters`, '/view/title/text');
  const takesInput = Array.isArray(view.blocks) && view.blocks.some(isInput);
  if (takesInput && !isRecord(view.submit)) refuse('missing required field: submit', '/view/submit');
  const trigger = workspace.useTrigger(requiredString(args, 'trigger_id'));
  if (trigger === 'invalid') throw new SlackError('invalid_trigger_id');
  if (trigger === 'expired') throw new SlackError('expired_trigger_id');
  const opened = workspace.openView(trigger.userId, view);
  return { view: { ...view, id: opened.id, team_id: workspace.teamId, app_id: workspace.appId } };
};

const publishView: Method = ({ workspace, args }) => {
  const userId = requiredString(args, 'user_id');
  if (!workspace.users.has(userId)) throw new SlackError('user_not_found');
  const view = checkView(args.view, 'home');
  const published = workspace.publishHome(userId, view);
  return { view: { ...view, id: published.id, team_id: workspace.teamId, app_id: workspace.appId } };
};

function checkView(view: unknown, type: 'modal' | 'home'): Record<string, unknown> {
  if (!isRecord(view) || view.type !== type) refuse(`a view of type ${type} is expected`, '/view');
  checkLength(view.private_metadata, MAX_METADATA, 'private_metadata');
  checkLength(view.callback_id, MAX_CALLBACK_ID, 'callback_id');
  // What is wrong with a view's blocks, Slack calls an invalid argument.
  try {
    checkBlocks(view.blocks);
  } catch (error) {
    throw error instanceof SlackError ? new SlackError('invalid_arguments', ...error.details) : error;
  }
  return view;
}

function checkLength(value: unknown, most: number, field: string): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || value.length > most)
    refuse(`must be less than ${most + 1} characters`, `/view/${field}`);
}

function isInput(block: unknown): boolean {
  return isRecord(block) && block.type === 'input';
}

function refuse(problem: string, pointer: string): never {
  throw new SlackError('invalid_arguments', `[ERROR] ${problem} [json-pointer:${pointer}]`);
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': openView,
  'views.publish': publishView,
};
