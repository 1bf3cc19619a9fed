import { record, string } from '../unknown-json.js';
import type { Installation } from './installation.js';

/** The tenant of an interaction or a command. As in events: the organisation for an org-wide install, else the workspace. */
export function tenantIn(body: unknown, { teamId }: Installation): string {
  const { is_enterprise_install, enterprise_id, enterprise, team_id, team } = record(body);
  const isWide = is_enterprise_install === true || is_enterprise_install === 'true';
  const organisation = isWide ? string(enterprise_id) || string(record(enterprise).id) : '';
  return organisation || string(team_id) || string(record(team).id) || teamId;
}
