import { runIdFor } from '../threads/run-id.js';
import type { Message } from './slack/model.js';
import type { Workspace } from './slack/workspace.js';
import { buttonsOf } from './view/buttons-of.js';

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i;

/**
 * The LangSmith run of one of the bot's messages. Its feedback buttons carry it; without buttons it follows from the
 * question just before. Undefined when that tells nothing: a message outside threads.
 */
export function runIdOf(
  workspace: Pick<Workspace, 'teamId' | 'botUserId' | 'thread'>,
  { channelId, ts, threadTs, blocks }: Message,
): string | undefined {
  const carried = buttonsOf(blocks)
    .map(({ value }) => UUID.exec(value)?.[0])
    .find((id) => id !== undefined);
  if (carried !== undefined || threadTs === undefined) return carried;
  const question = workspace
    .thread(channelId, threadTs)
    .findLast((message) => message.ts < ts && message.userId !== workspace.botUserId);
  return question && runIdFor({ tenantId: workspace.teamId, channelId, messageTs: question.ts });
}
