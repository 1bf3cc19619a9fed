import { list, record, string } from '../unknown-json.js';
import { createMessageToHtml } from './message-html.js';
import type { NameOf } from './slack-reference.js';

export interface ModalChoice {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

export type ModalControl =
  | { readonly kind: 'text'; readonly multiline: boolean; readonly maxLength?: number | undefined }
  | {
      readonly kind: 'radio' | 'checkboxes' | 'select' | 'multi-select';
      readonly choices: readonly ModalChoice[];
    }
  | { readonly kind: 'unknown'; readonly type: string };

export type ModalPart =
  /** Made safe here. */
  | { readonly kind: 'html'; readonly html: string }
  | {
      readonly kind: 'input';
      readonly blockId: string;
      readonly actionId: string;
      readonly label: string;
      readonly hint: string;
      readonly optional: boolean;
      readonly placeholder: string;
      readonly initial: readonly string[];
      readonly control: ModalControl;
    };

/** A modal as the page draws it. */
export interface ModalView {
  readonly id: string;
  readonly title: string;
  /** Empty: it takes no input. */
  readonly submit: string;
  readonly close: string;
  readonly parts: readonly ModalPart[];
}

/** What somebody filled in: by block and action, the text or the values chosen. */
export type ModalValues = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

type Json = Readonly<Record<string, unknown>>;

/** Reads a modal's blocks; one that this page does not know is named, so that nothing goes missing in silence. */
export function createModalView(): (id: string, view: Json, nameOf: NameOf) => ModalView {
  const messageToHtml = createMessageToHtml();
  return (id, view, nameOf) => ({
    id,
    title: textOf(view.title),
    submit: textOf(view.submit),
    close: textOf(view.close) || 'Close',
    parts: list(view.blocks)
      .map(record)
      .map((block) =>
        block.type === 'input'
          ? inputPart(block)
          : { kind: 'html', html: messageToHtml({ text: '', blocks: [block] }, nameOf) },
      ),
  });
}

function inputPart(block: Json): ModalPart {
  const element = record(block.element);
  return {
    kind: 'input',
    blockId: string(block.block_id),
    actionId: string(element.action_id),
    label: textOf(block.label),
    hint: textOf(block.hint),
    optional: block.optional === true,
    placeholder: textOf(element.placeholder),
    initial: initialOf(element),
    control: controlOf(element),
  };
}

const CHOOSERS: Readonly<Record<string, 'radio' | 'checkboxes' | 'select' | 'multi-select'>> = {
  radio_buttons: 'radio',
  checkboxes: 'checkboxes',
  static_select: 'select',
  multi_static_select: 'multi-select',
};

function controlOf(element: Json): ModalControl {
  const type = string(element.type);
  const chooser = CHOOSERS[type];
  if (chooser) return { kind: chooser, choices: optionsOf(element).map(choiceOf) };
  if (!/^(plain_text|email_text|url_text|number)_input$/.test(type)) return { kind: 'unknown', type };
  const { max_length } = element;
  return {
    kind: 'text',
    multiline: element.multiline === true,
    maxLength: typeof max_length === 'number' ? max_length : undefined,
  };
}

function choiceOf(option: Json): ModalChoice {
  const { value, text, description } = option;
  return { value: string(value), label: textOf(text), description: textOf(description) };
}

function optionsOf({ options, option_groups }: Json): Json[] {
  return [...list(options), ...list(option_groups).flatMap((group) => list(record(group).options))].map(
    record,
  );
}

function initialOf({ initial_value, initial_option, initial_options }: Json): string[] {
  const chosen = [...(initial_option ? [initial_option] : []), ...list(initial_options)];
  return [
    ...(typeof initial_value === 'string' ? [initial_value] : []),
    ...chosen.map((option) => string(record(option).value)),
  ];
}

/** `view.state.values` of a view_submission: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function stateOf(view: Json, values: ModalValues): Json {
  const inputs = list(view.blocks)
    .map(record)
    .filter(({ type }) => type === 'input');
  return Object.fromEntries(
    inputs.map((block) => {
      const element = record(block.element);
      const blockId = string(block.block_id);
      const actionId = string(element.action_id);
      return [blockId, { [actionId]: answerOf(element, values[blockId]?.[actionId] ?? []) }];
    }),
  );
}

function answerOf(element: Json, given: readonly string[]): Json {
  const type = string(element.type);
  const chosen = optionsOf(element).filter(({ value }) => given.includes(string(value)));
  switch (CHOOSERS[type]) {
    case 'radio':
    case 'select':
      return { type, selected_option: chosen[0] ?? null };
    case 'checkboxes':
    case 'multi-select':
      return { type, selected_options: chosen };
    default:
      return { type, value: given[0] || null };
  }
}

function textOf(value: unknown): string {
  return string(record(value).text);
}
