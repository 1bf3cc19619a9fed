import type { SessionStatus } from '../model.js';
import { SlackError } from '../slack-error.js';

const STATUSES: readonly SessionStatus[] = ['active', 'processing', 'suspended', 'closed'];

/** @throws SlackError `invalid_arguments`: the list is closed, free text is refused. */
export function checkSessionStatus(value: string): SessionStatus {
  const status = STATUSES.find((known) => known === value);
  if (status) return status;
  throw new SlackError(
    'invalid_arguments',
    `[ERROR] status must be one of ${STATUSES.join(', ')}, got "${value}"`,
  );
}
