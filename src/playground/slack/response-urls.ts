import { randomUUID } from 'node:crypto';
import { isRecord } from './arguments.js';
import { checkContent } from './check-content.js';
import { SlackError } from './slack-error.js';
import type { Workspace } from './workspace.js';

const MAX_USES = 5;
const LIFE_MS = 30 * 60_000;

/** What a response_url belongs to: who clicked, and the message whose button it was; a command and a shortcut have none. */
export interface ResponseTarget {
  readonly workspace: Workspace;
  readonly channelId: string;
  readonly userId: string;
  readonly messageTs?: string | undefined;
}

export interface ResponseUrls {
  /** The path of a new response_url. */
  issue(target: ResponseTarget): string;
  /** @throws SlackError `used_url`, `expired_url`, `no_text`, `invalid_blocks`, … */
  respond(path: string, body: unknown): void;
}

/** The urls that come with a click, good for five answers in half an hour: https://docs.slack.dev/interactivity/handling-user-interaction */
export function createResponseUrls(): ResponseUrls {
  const targets = new Map<string, { target: ResponseTarget; until: number; uses: number }>();
  return {
    issue(target) {
      const path = `/actions/${target.workspace.teamId}/${randomUUID()}`;
      targets.set(path, { target, until: target.workspace.now() + LIFE_MS, uses: 0 });
      return path;
    },
    respond(path, body) {
      const entry = targets.get(path);
      if (!entry || entry.target.workspace.now() >= entry.until) throw new SlackError('expired_url');
      if (entry.uses >= MAX_USES) throw new SlackError('used_url');
      if (!isRecord(body)) throw new SlackError('invalid_payload');
      entry.uses += 1;
      const { workspace, channelId, userId, messageTs = '' } = entry.target;
      const original = workspace.message(channelId, messageTs);
      const ephemeral = workspace.ephemerals.find(({ ts }) => ts === messageTs);
      if (body.delete_original === true) {
        if (original) workspace.remove(channelId, original.ts);
        if (ephemeral) workspace.removeEphemeral(ephemeral);
        return;
      }
      const { text, blocks } = checkContent(body);
      const threadTs = typeof body.thread_ts === 'string' ? body.thread_ts : undefined;
      if (body.replace_original === true && original) {
        workspace.update(channelId, original.ts, { text, blocks });
      } else if (body.response_type === 'in_channel') {
        workspace.add({ channelId, userId: workspace.botUserId, text, blocks, threadTs });
      } else {
        if (body.replace_original === true && ephemeral) workspace.removeEphemeral(ephemeral);
        workspace.addEphemeral({ channelId, userId, text, blocks, threadTs });
      }
    },
  };
}
