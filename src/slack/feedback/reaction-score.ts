/** The reactions with one emoji under a message. */
export interface Reactions {
  readonly name: string;
  /** Slack lists the first of many. */
  readonly users: readonly string[];
  readonly count: number;
}

/** The score that a reaction stands for, in whatever skin tone; undefined for one that is no vote. */
export function scoreOfReaction(name: string): 0 | 1 | undefined {
  const [plain] = name.split('::');
  if (plain === '+1' || plain === 'thumbsup') return 1;
  return plain === '-1' || plain === 'thumbsdown' ? 0 : undefined;
}

/**
 * What a person's reactions under a message say now, after one of them was given or taken back. What Slack has counts, not
 * the event: when somebody changes their mind at once, the two events may come in any order.
 */
export function scoreOfReactions(
  reactions: readonly Reactions[],
  { userId, name, removed }: { readonly userId: string; readonly name: string; readonly removed: boolean },
): 0 | 1 | undefined {
  const votes = reactions.filter((one) => scoreOfReaction(one.name) !== undefined);
  const own = votes.filter(({ users }) => users.includes(userId)).map((one) => scoreOfReaction(one.name));
  const given = scoreOfReaction(name);
  const mayBeUnlisted = votes.some((one) => one.name === name && one.count > one.users.length);
  return !removed && (own.includes(given) || mayBeUnlisted) ? given : own[0];
}
