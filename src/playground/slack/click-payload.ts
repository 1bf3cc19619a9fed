import { isRecord } from './arguments.js';
import { type MessageView, messageJson } from './message-json.js';
import type { Ephemeral, Message } from './model.js';

export interface Click {
  readonly userId: string;
  readonly message: Message | Ephemeral;
  readonly actionId: string;
  /** Which of the two feedback buttons; not needed for a plain button. */
  readonly value?: string | undefined;
  readonly responseUrl: string;
}

interface Button {
  readonly blockId: string;
  readonly type: string;
  readonly text: unknown;
  readonly value: string | undefined;
}

/**
 * The `block_actions` payload of a click.
 *
 * @throws RangeError when the message shows no such button: nobody could have clicked it.
 */
export function clickPayload(view: MessageView, click: Click): Record<string, unknown> {
  const { workspace } = view;
  const { userId, message, actionId, value, responseUrl } = click;
  const buttons = buttonsOf(message, actionId);
  const button = buttons.find((candidate) => value === undefined || candidate.value === value);
  if (!button) {
    const shown = buttons.map((candidate) => String(candidate.value)).join(', ') || 'none';
    throw new RangeError(
      `${message.ts} has no button ${actionId} with value ${value}; values shown: ${shown}`,
    );
  }
  const stored = workspace.message(message.channelId, message.ts);
  const isEphemeral = stored === undefined;
  const user = workspace.users.get(userId);
  const channel = workspace.channels.get(message.channelId);
  const place = { message_ts: message.ts, channel_id: message.channelId, is_ephemeral: isEphemeral };
  return {
    type: 'block_actions',
    user: { id: userId, username: user?.name, name: user?.name, team_id: user?.teamId ?? workspace.teamId },
    api_app_id: workspace.appId,
    token: 'a token that nobody checks any more',
    container: { type: 'message', ...place, ...(message.threadTs && { thread_ts: message.threadTs }) },
    trigger_id: workspace.issueTrigger(userId),
    team: { id: workspace.teamId, domain: 'local' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: message.channelId, name: channel?.kind === 'im' ? 'directmessage' : channel?.name },
    ...(stored && { message: messageJson(view, stored) }),
    state: { values: {} },
    response_url: responseUrl,
    actions: [
      {
        type: button.type,
        action_id: actionId,
        block_id: button.blockId,
        text: button.text,
        value: button.value,
        action_ts: workspace.nextTs(),
      },
    ],
  };
}

function buttonsOf({ blocks = [] }: Message | Ephemeral, actionId: string): Button[] {
  return blocks.flatMap((block, index) => {
    const blockId = typeof block.block_id === 'string' ? block.block_id : `b${index}`;
    const elements: unknown[] = Array.isArray(block.elements) ? block.elements : [block.accessory];
    return elements.flatMap((element) => {
      if (!isRecord(element) || element.action_id !== actionId) return [];
      const type = String(element.type);
      const faces =
        type === 'feedback_buttons' ? [element.positive_button, element.negative_button] : [element];
      return faces.filter(isRecord).map(({ text, value }) => ({
        blockId,
        type,
        text,
        value: typeof value === 'string' ? value : undefined,
      }));
    });
  });
}
