import type { SlackDouble } from '../slack/slack-double.js';
import type { Workspace } from '../slack/workspace.js';
import { list, record, string } from '../unknown-json.js';
import { createModalView, type ModalValues, type ModalView, stateOf } from '../view/modal-view.js';

export interface OpenModalsOptions {
  readonly workspace: Pick<
    Workspace,
    'teamId' | 'appId' | 'botId' | 'users' | 'channels' | 'onChange' | 'issueTrigger'
  >;
  readonly interact: SlackDouble['interact'];
}

interface Modal {
  readonly id: string;
  readonly userId: string;
  readonly view: Readonly<Record<string, unknown>>;
}

/** The modals that the app has opened, each person's topmost one to be shown. */
export function createOpenModals({ workspace, interact }: OpenModalsOptions) {
  const modalView = createModalView();
  const listeners = new Set<(userId: string) => void>();
  let open: Modal[] = [];

  const nameOf = (id: string) => workspace.users.get(id)?.realName ?? workspace.channels.get(id)?.name;

  function show(modals: Modal[], userId: string): void {
    open = modals;
    for (const listener of listeners) listener(userId);
  }

  const stop = workspace.onChange((change) => {
    if (change.type !== 'view_opened') return;
    const { id, userId, view } = change.view;
    show([...open, { id, userId, view: withIds(view) }], userId);
  });

  function find(userId: string, viewId: string): Modal {
    const modal = open.find((one) => one.id === viewId && one.userId === userId);
    if (!modal) throw new RangeError('This dialog is not open any more.');
    return modal;
  }

  function payload(type: string, { id, userId, view }: Modal, values: ModalValues = {}) {
    const { teamId, appId, botId } = workspace;
    const name = workspace.users.get(userId)?.name;
    const shown = {
      id,
      team_id: teamId,
      app_id: appId,
      bot_id: botId,
      private_metadata: '',
      callback_id: '',
    };
    return {
      type,
      team: { id: teamId, domain: 'local' },
      user: { id: userId, username: name, name, team_id: teamId },
      api_app_id: appId,
      token: 'a token that nobody checks any more',
      trigger_id: workspace.issueTrigger(userId),
      view: { ...shown, ...view, root_view_id: id, state: { values: stateOf(view, values) }, hash: id },
      response_urls: [],
      is_enterprise_install: false,
      enterprise: null,
    };
  }

  function answered(modal: Modal, said: Readonly<Record<string, unknown>>): void {
    const { response_action: action } = said;
    const others = open.filter(({ id }) => id !== modal.id);
    const next = { ...modal, view: withIds(record(said.view)) };
    if (action === 'update') show([...others, next], modal.userId);
    else if (action === 'push') show([...open, { ...next, id: `${modal.id}P` }], modal.userId);
    else if (action === 'clear')
      show(
        others.filter(({ userId }) => userId !== modal.userId),
        modal.userId,
      );
    else show(others, modal.userId);
  }

  return {
    top(userId: string): ModalView | undefined {
      const modal = open.findLast((one) => one.userId === userId);
      return modal && modalView(modal.id, modal.view, nameOf);
    },
    /**
     * Sends what was filled in.
     *
     * @returns what the app finds wrong, by block id; then the modal stays open
     * @throws RangeError when it is not open, Error when the app did not take it.
     */
    async submit(userId: string, viewId: string, values: ModalValues): Promise<Record<string, string>> {
      const modal = find(userId, viewId);
      const { acked, attempts } = await interact(payload('view_submission', modal, values));
      if (!acked) throw new Error('The app did not take it: Slack would ask you to try again.');
      const said = readAck(attempts.at(-1)?.body ?? '');
      if (said.response_action === 'errors') {
        const problems = Object.entries(record(said.errors)).map(([block, text]) => [block, string(text)]);
        return Object.fromEntries(problems);
      }
      answered(modal, said);
      return {};
    },
    /** @throws RangeError when it is not open. */
    async close(userId: string, viewId: string): Promise<void> {
      const modal = find(userId, viewId);
      show(
        open.filter((one) => one !== modal),
        userId,
      );
      if (modal.view.notify_on_close === true)
        await interact({ ...payload('view_closed', modal), is_cleared: false });
    },
    onChange(listener: (userId: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: stop,
  };
}

export type OpenModals = ReturnType<typeof createOpenModals>;

/** Slack gives every block and element an id where the app gave none. */
function withIds(view: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const blocks = list(view.blocks)
    .map(record)
    .map((block, index) => {
      const named = { ...block, block_id: string(block.block_id) || `b${index}` };
      if (block.type !== 'input') return named;
      const element = record(block.element);
      return { ...named, element: { ...element, action_id: string(element.action_id) || `a${index}` } };
    });
  return { ...view, blocks };
}

function readAck(body: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(body));
  } catch {
    return {};
  }
}
