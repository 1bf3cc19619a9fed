import { ExpectedError } from '../errors.js';

/** Whose message a command is about. */
export interface LinkedThread {
  readonly permalink: string;
  /** Absent: Slack is asked. */
  readonly teamId: string | undefined;
}

/** @throws ExpectedError unless it is one link, and the id of a workspace or of an organisation, or none. */
export function linkedThread(positionals: readonly string[], teamId: string | undefined): LinkedThread {
  const [permalink] = positionals;
  if (permalink === undefined || positionals.length > 1)
    throw new ExpectedError(`Expected one link to a Slack message, got ${positionals.length}: see --help.`);
  if (teamId !== undefined && !/^[TE][A-Z0-9]{2,}$/.test(teamId))
    throw new ExpectedError(
      `--team must be the id of a workspace (T…) or, for an org-wide install, of the organisation (E…), got "${teamId}".`,
    );
  return { permalink, teamId };
}
