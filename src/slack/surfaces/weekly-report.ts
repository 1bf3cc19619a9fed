import type { Log } from '../../logger.js';

/** Which weekly report was posted, remembered for all replicas. */
export interface ReportMarks {
  /** Takes the report that was due at `dueAt`: true for one caller, until it is done or its lease has run out. */
  begin(dueAt: number): Promise<boolean>;
  done(dueAt: number): Promise<void>;
}

export interface WeeklyReportOptions {
  readonly marks: ReportMarks;
  readonly post: () => Promise<void>;
  readonly log: Log;
  /** @default Date.now */
  readonly now?: () => number;
  /** How often it is looked whether one is due, in milliseconds. @default a minute */
  readonly lookEveryMs?: number;
}

/** A bot that is set up or comes back later in the week waits for the next one. */
const LATEST_MS = 24 * 3_600_000;
const HOUR = 9;

/**
 * Posts each Monday at nine, by the clock of this machine, whichever replica looks first; what fails is tried again for a
 * day. Returns its end.
 */
export function startWeeklyReport(options: WeeklyReportOptions): () => void {
  const { marks, post, log, now = Date.now, lookEveryMs = 60_000 } = options;
  let looking = false;

  async function look(): Promise<void> {
    const dueAt = lastMonday(now());
    if (looking || now() - dueAt > LATEST_MS) return;
    looking = true;
    try {
      if (!(await marks.begin(dueAt))) return;
      await post();
      await marks.done(dueAt);
    } catch (error) {
      log.warn({ err: error }, 'the weekly report was not posted; it is tried again');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The last Monday at nine before `time`, in milliseconds since 1970. */
function lastMonday(time: number): number {
  const due = new Date(time);
  due.setHours(HOUR, 0, 0, 0);
  due.setDate(due.getDate() - ((due.getDay() + 6) % 7));
  if (due.getTime() > time) due.setDate(due.getDate() - 7);
  return due.getTime();
}
