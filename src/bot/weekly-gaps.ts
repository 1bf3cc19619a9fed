import type { Database } from '../database/database.js';
import { createReportMarks } from '../database/report-marks.js';
import type { Log } from '../logger.js';
import type { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { startWeeklyReport } from '../slack/surfaces/weekly-report.js';
import { GapsDesk, type GapsDeskOptions } from './gaps-desk.js';

export interface WeeklyGapsOptions extends GapsDeskOptions {
  /** With the journal's tables. */
  readonly database: Database;
  readonly tenantId: string;
  readonly channelId: string;
  readonly client: WatchedWebClient;
  readonly log: Log;
  /** How often it is looked whether a report is due, in milliseconds. @default a minute */
  readonly lookEveryMs?: number;
}

/** Posts each week what the documents lacked in it, once for all replicas. Returns its end. */
export function weeklyGaps(options: WeeklyGapsOptions): () => void {
  const { database, tenantId, channelId, client, log, now, lookEveryMs } = options;
  const desk = new GapsDesk(options);
  return startWeeklyReport({
    marks: createReportMarks(database, { tenantId, name: 'gaps', ...(now && { now }) }),
    async post() {
      const { groups } = await desk.post(7, channelId, client);
      log.info({ channelId, groups: groups.length }, 'posted what the documents lacked this week');
    },
    log,
    ...(now && { now }),
    ...(lookEveryMs !== undefined && { lookEveryMs }),
  });
}
