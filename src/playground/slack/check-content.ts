import { type Arguments, isRecord, stringArgument } from './arguments.js';
import { checkBlocks } from './check-blocks.js';
import type { Block } from './model.js';
import { SlackError } from './slack-error.js';

const MAX_TEXT = 40_000;
const MAX_MARKDOWN = 12_000;

export interface Content {
  readonly text: string;
  readonly blocks?: readonly Block[] | undefined;
  readonly metadata?: unknown;
}

/**
 * What a post says.
 *
 * @throws SlackError `no_text`, `markdown_text_conflict`, `msg_too_long`, `invalid_blocks`, `invalid_blocks_format`,
 * `invalid_metadata_format`.
 */
export function checkContent(args: Arguments): Content {
  const text = stringArgument(args, 'text') ?? '';
  const markdown = stringArgument(args, 'markdown_text') ?? '';
  const blocks = args.blocks === undefined ? undefined : checkBlocks(args.blocks);
  const attachments = args.attachments;
  if (markdown !== '' && (text !== '' || blocks)) throw new SlackError('markdown_text_conflict');
  const attached = Array.isArray(attachments) && attachments.length > 0;
  if (text === '' && markdown === '' && !blocks?.length && !attached) throw new SlackError('no_text');
  if (markdown.length > MAX_MARKDOWN || text.length > MAX_TEXT) throw new SlackError('msg_too_long');
  return { text: markdown || text, blocks, metadata: checkMetadata(args.metadata) };
}

/** @throws SlackError `invalid_metadata_format`. */
export function checkMetadata(metadata: unknown): unknown {
  if (metadata === undefined) return undefined;
  if (!isRecord(metadata) || typeof metadata.event_type !== 'string' || !isRecord(metadata.event_payload)) {
    throw new SlackError('invalid_metadata_format');
  }
  return metadata;
}
