import type { WebClient } from '@slack/web-api';
import type { Installation } from '../connection/installation.js';
import { patiently } from '../connection/patiently.js';
import { slackErrorCode } from '../connection/slack-errors.js';

/** What somebody is in the workspace of the installation. */
export interface Member {
  /** A full member: no guest, nobody of another organisation, no deactivated account. */
  readonly isFull: boolean;
  /** Of the workspace or the organisation. */
  readonly isAdmin: boolean;
}

/** Rejects with whatever users.info does. */
export type FindMember = (userId: string) => Promise<Member>;

export interface FindMemberOptions {
  readonly client: WebClient;
  readonly installation: Pick<Installation, 'teamId'>;
  readonly now?: () => number;
}

/** Slack lets 100 calls of users.info a minute through, so what it said is kept for a while: somebody may become a guest. */
const KEPT_MS = 15 * 60_000;
/** About 200 bytes each. */
const MOST_KEPT = 10_000;
const MAX_WAIT_MS = 5_000;
const STRANGER: Member = { isFull: false, isAdmin: false };
/** Slack's words for people whom the app must not see. */
const UNSEEN: ReadonlySet<string | undefined> = new Set(['user_not_found', 'user_not_visible']);

/** Looks people up in Slack and remembers them. */
export function createFindMember({ client, installation, now = Date.now }: FindMemberOptions): FindMember {
  const known = new Map<string, { readonly member: Promise<Member>; readonly until: number }>();

  return (userId) => {
    const found = known.get(userId);
    if (found && found.until > now()) return found.member;
    const member = ask(client, installation.teamId, userId);
    known.delete(userId);
    known.set(userId, { member, until: now() + KEPT_MS });
    // A failure is not remembered.
    member.catch(() => known.delete(userId));
    const [oldest] = known.keys();
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return member;
  };
}

async function ask(client: WebClient, teamId: string, userId: string): Promise<Member> {
  try {
    const { user } = await patiently(() => client.users.info({ user: userId }), MAX_WAIT_MS);
    if (!user || user.deleted || user.is_restricted || user.is_ultra_restricted || user.is_stranger)
      return STRANGER;
    // `is_stranger` is false for people of other organisations with whom a channel is shared.
    const organisation = user.enterprise_user;
    if (user.team_id !== teamId && !organisation?.teams?.includes(teamId)) return STRANGER;
    const isAdmin = [user.is_admin, user.is_owner, organisation?.is_admin, organisation?.is_owner];
    return { isFull: true, isAdmin: isAdmin.includes(true) };
  } catch (error) {
    if (UNSEEN.has(slackErrorCode(error))) return STRANGER;
    throw error;
  }
}
