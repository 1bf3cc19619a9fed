import type Anthropic from '@anthropic-ai/sdk';
import type { MessageView } from '../../src/playground/slack/message-json.js';
import type { NewFile } from '../../src/playground/slack/model.js';
import type { ClaudeReplay } from './claude-replay.js';
import type { World } from './world.js';

/** One white pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC',
  'base64',
);

export function textFile(name: string, content: string | Uint8Array, fields?: NewFile['fields']): NewFile {
  return { name, mimetype: 'text/plain', content, fields };
}

/** The question's own message in the newest request to Claude. */
export function askedBlocks({ requests }: ClaudeReplay): readonly Anthropic.ContentBlockParam[] {
  const content = requests.at(-1)?.body.messages.at(-1)?.content;
  return typeof content === 'object' ? content : [];
}

/** Its texts: passages are blocks of another kind. */
export function askedText(claude: ClaudeReplay): string {
  return askedBlocks(claude)
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('\n');
}

export function viewOf({ slack }: World): MessageView {
  return { workspace: slack.workspace(), origin: new URL(slack.apiUrl).origin };
}
