import { list, record, string } from '../unknown-json.js';

export interface MessageButton {
  readonly actionId: string;
  readonly value: string;
  readonly label: string;
  readonly kind: 'positive' | 'negative' | 'plain';
}

/** The buttons in a message's blocks, in their order. */
export function buttonsOf(blocks: readonly unknown[] = []): MessageButton[] {
  return blocks
    .map(record)
    .filter(({ type }) => type === 'context_actions' || type === 'actions')
    .flatMap(({ elements }) => list(elements).map(record))
    .flatMap((element) => {
      const actionId = string(element.action_id);
      if (element.type === 'feedback_buttons') {
        return [
          button(actionId, record(element.positive_button), 'positive'),
          button(actionId, record(element.negative_button), 'negative'),
        ];
      }
      return element.type === 'button' || element.type === 'icon_button'
        ? [button(actionId, element, 'plain')]
        : [];
    });
}

function button(
  actionId: string,
  element: Record<string, unknown>,
  kind: MessageButton['kind'],
): MessageButton {
  const label = string(element.accessibility_label) || string(record(element.text).text) || actionId;
  return { actionId, value: string(element.value), label, kind };
}
