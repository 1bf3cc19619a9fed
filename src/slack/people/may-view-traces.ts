import type { FindMember } from './find-member.js';

/** Whether somebody may see what LangSmith has, and add to it. Rejects when Slack cannot say who they are. */
export type MayViewTraces = (userId: string) => Promise<boolean>;

/** Admins of the workspace, and those whom the settings name. */
export function createMayViewTraces(findMember: FindMember, viewers: readonly string[]): MayViewTraces {
  return async (userId) => viewers.includes(userId) || (await findMember(userId)).isAdmin;
}
