import { type Arguments, isRecord, stringArgument } from './arguments.js';
import { checkBlocks } from './check-blocks.js';
import type { Block } from './model.js';
import { SlackError } from './slack-error.js';

export interface StreamPiece {
  readonly text: string;
  readonly blocks: readonly Block[];
}

const TASK_STATES: readonly unknown[] = ['pending', 'in_progress', 'complete', 'error'];

/**
 * What one call adds to a stream: `markdown_text` or `chunks`, not both.
 *
 * @throws SlackError `invalid_arguments`, `invalid_chunks`, `invalid_blocks`.
 */
export function checkChunks(args: Arguments): StreamPiece {
  const markdown = stringArgument(args, 'markdown_text') ?? '';
  const chunks = args.chunks;
  if (chunks === undefined) return { text: markdown, blocks: [] };
  if (markdown !== '') {
    throw new SlackError('invalid_arguments', '[ERROR] markdown_text and chunks exclude each other');
  }
  if (!Array.isArray(chunks)) throw new SlackError('invalid_chunks');
  const pieces = chunks.map((chunk: unknown, index) => checkChunk(chunk, `/chunks/${index}`));
  return { text: pieces.map(({ text }) => text).join(''), blocks: pieces.flatMap(({ blocks }) => blocks) };
}

function checkChunk(chunk: unknown, at: string): StreamPiece {
  if (!isRecord(chunk)) return refuse('must be an object', at);
  switch (chunk.type) {
    case 'markdown_text':
      if (typeof chunk.text !== 'string') return refuse('text must be a string', at);
      return { text: chunk.text, blocks: [] };
    case 'blocks':
      return { text: '', blocks: checkBlocks(chunk.blocks, 'invalid_blocks') };
    case 'plan_update':
      if (typeof chunk.title !== 'string') return refuse('title must be a string', at);
      return { text: '', blocks: [{ ...chunk, type: 'plan' }] };
    case 'task_update': {
      const { id, title, status } = chunk;
      const complete = typeof id === 'string' && typeof title === 'string' && TASK_STATES.includes(status);
      if (!complete) return refuse('a task needs id, title and a known status', at);
      return { text: '', blocks: [{ ...chunk, type: 'task_card', block_id: id }] };
    }
    default:
      return refuse(`unsupported type: ${String(chunk.type)}`, `${at}/type`);
  }
}

function refuse(problem: string, pointer: string): never {
  throw new SlackError('invalid_chunks', `[ERROR] ${problem} [json-pointer:${pointer}]`);
}
