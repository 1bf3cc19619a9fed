import { isRecord } from './arguments.js';
import type { Block } from './model.js';
import { SlackError } from './slack-error.js';

const LIMITS = {
  blocks: 50,
  blockId: 255,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  headerText: 150,
  /** All markdown blocks of a message together. */
  markdownText: 12_000,
  contextElements: 10,
  actionsElements: 25,
  contextActionsElements: 5,
  actionId: 255,
  labelText: 2_000,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
} as const;

const BLOCK_TYPES = new Set([
  ...[
    'actions',
    'alert',
    'card',
    'carousel',
    'container',
    'context',
    'context_actions',
    'data_table',
    'divider',
  ],
  ...[
    'file',
    'header',
    'image',
    'input',
    'markdown',
    'plan',
    'rich_text',
    'section',
    'table',
    'task_card',
    'video',
  ],
]);

/**
 * Blocks as Slack would take them, with the limits of https://docs.slack.dev/reference/block-kit.
 *
 * @param format the code for something that is no array of blocks at all.
 * @throws SlackError `invalid_blocks`, with Slack's JSON pointer to the place.
 */
export function checkBlocks(value: unknown, format = 'invalid_blocks_format'): Block[] {
  if (!Array.isArray(value)) throw new SlackError(format);
  if (value.length > LIMITS.blocks) refuse(`no more than ${LIMITS.blocks} items allowed`, '/blocks');
  const blocks = value.map((block: unknown, index) => checkBlock(block, `/blocks/${index}`));
  const ids = blocks.flatMap(({ block_id }) => (typeof block_id === 'string' ? [block_id] : []));
  if (new Set(ids).size < ids.length) refuse('block_id must be unique', '/blocks');
  const markdown = blocks.reduce(
    (sum, { type, text }) => sum + (type === 'markdown' ? String(text).length : 0),
    0,
  );
  if (markdown > LIMITS.markdownText)
    refuse(`no more than ${LIMITS.markdownText} characters of markdown`, '/blocks');
  return blocks;
}

function refuse(problem: string, pointer: string): never {
  throw new SlackError('invalid_blocks', `[ERROR] ${problem} [json-pointer:${pointer}]`);
}

function checkBlock(value: unknown, at: string): Block {
  if (!isRecord(value)) refuse('must be an object', at);
  const { type } = value;
  if (typeof type !== 'string' || !BLOCK_TYPES.has(type))
    refuse(`unsupported type: ${String(type)}`, `${at}/type`);
  if (value.block_id !== undefined) checkString(value.block_id, LIMITS.blockId, `${at}/block_id`);
  CHECKS[type]?.(value, at);
  return { ...value, type };
}

type Fields = Readonly<Record<string, unknown>>;

const CHECKS: Readonly<Record<string, (block: Fields, at: string) => void>> = {
  section({ text, fields, accessory }, at) {
    if (text === undefined && fields === undefined) refuse('missing required field: text or fields', at);
    if (text !== undefined) checkText(text, LIMITS.sectionText, `${at}/text`);
    if (fields !== undefined) {
      const texts = checkList(fields, LIMITS.sectionFields, `${at}/fields`);
      for (const [index, field] of texts.entries())
        checkText(field, LIMITS.fieldText, `${at}/fields/${index}`);
    }
    if (accessory !== undefined) checkElement(accessory, `${at}/accessory`);
  },
  markdown: ({ text }, at) => checkString(text, LIMITS.markdownText, `${at}/text`),
  header: ({ text }, at) => checkText(text, LIMITS.headerText, `${at}/text`, 'plain_text'),
  context({ elements }, at) {
    for (const [index, element] of checkList(elements, LIMITS.contextElements, `${at}/elements`).entries()) {
      if (isRecord(element) && element.type === 'image') continue;
      checkText(element, LIMITS.sectionText, `${at}/elements/${index}`);
    }
  },
  actions: ({ elements }, at) => checkElements(elements, LIMITS.actionsElements, at),
  context_actions({ elements }, at) {
    checkElements(elements, LIMITS.contextActionsElements, at, ['feedback_buttons', 'icon_button']);
  },
  input({ label, element, hint }, at) {
    checkText(label, LIMITS.labelText, `${at}/label`, 'plain_text');
    if (hint !== undefined) checkText(hint, LIMITS.labelText, `${at}/hint`, 'plain_text');
    checkElement(element, `${at}/element`);
  },
  image({ image_url, slack_file, alt_text }, at) {
    if (image_url === undefined && slack_file === undefined) refuse('missing required field: image_url', at);
    checkString(alt_text, LIMITS.fieldText, `${at}/alt_text`);
  },
  rich_text({ elements }, at) {
    if (!Array.isArray(elements)) refuse('missing required field: elements', at);
  },
};

function checkElements(value: unknown, most: number, at: string, types?: readonly string[]): void {
  const ids = checkList(value, most, `${at}/elements`).map((element, index) => {
    const id = checkElement(element, `${at}/elements/${index}`, types);
    return id ?? `(none ${index})`;
  });
  if (new Set(ids).size < ids.length) refuse('action_id must be unique', `${at}/elements`);
}

/** @returns its action_id. */
function checkElement(value: unknown, at: string, types?: readonly string[]): string | undefined {
  if (!isRecord(value) || typeof value.type !== 'string') refuse('must be a block element', at);
  const { type, action_id } = value;
  if (types && !types.includes(type)) refuse(`unsupported type: ${type}`, `${at}/type`);
  if (type === 'feedback_buttons') {
    checkString(action_id, LIMITS.actionId, `${at}/action_id`);
    for (const name of ['positive_button', 'negative_button'])
      checkButton(value[name], `${at}/${name}`, true);
  } else if (type === 'button') checkButton(value, at);
  return action_id === undefined ? undefined : checkString(action_id, LIMITS.actionId, `${at}/action_id`);
}

function checkButton(value: unknown, at: string, needsValue = false): void {
  if (!isRecord(value)) refuse('missing required field', at);
  checkText(value.text, LIMITS.buttonText, `${at}/text`, 'plain_text');
  if (needsValue || value.value !== undefined) checkString(value.value, LIMITS.buttonValue, `${at}/value`);
  if (value.url !== undefined) checkString(value.url, LIMITS.url, `${at}/url`);
}

function checkList(value: unknown, most: number, at: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) refuse('must contain at least one item', at);
  if (value.length > most) refuse(`no more than ${most} items allowed`, at);
  return value;
}

function checkText(value: unknown, most: number, at: string, only?: 'plain_text'): void {
  if (!isRecord(value)) refuse('missing required field', at);
  const types = only ? [only] : ['plain_text', 'mrkdwn'];
  if (!types.some((type) => type === value.type))
    refuse(`unsupported type: ${String(value.type)}`, `${at}/type`);
  checkString(value.text, most, `${at}/text`);
}

function checkString(value: unknown, most: number, at: string): string {
  if (typeof value !== 'string' || value === '') refuse('must be a non-empty string', at);
  if (value.length > most) refuse(`must be less than ${most + 1} characters`, at);
  return value;
}
