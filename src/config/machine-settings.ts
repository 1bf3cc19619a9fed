import { z } from 'zod';
import { duration } from './duration.js';
import { preset, unset } from './setting-info.js';
import { choice, count } from './setting-values.js';

const postgresUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1,
  );

/** A day: beyond 24.8 days Node's timers fire at once. */
const LONGEST_SHUTDOWN_S = 86_400;
const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?s?$/)
  .transform((text) => Number.parseFloat(text) * 1000)
  .pipe(z.number().max(LONGEST_SHUTDOWN_S * 1000));

const share = z
  .string()
  .regex(/^\d*\.?\d+$/)
  .transform(Number)
  .pipe(z.number().positive().max(1_000));

/** Where and how the program runs. */
export const machineSettings = {
  PORT: preset(count(0, 65_535), '3000', {
    group: 'machine',
    description: 'Port of the playground or of the Events API; 0 takes any free one.',
    expected: 'be a whole number from 0 to 65535',
    where: 'any port that nothing else listens on',
    example: '8080',
  }),
  DATA_DIR: preset(z.string(), '.data', {
    group: 'machine',
    description: 'Folder of the index and of the journal of open questions. Made when it is not there.',
    expected: 'be a folder',
    where: 'a relative path starts where npm start runs',
    example: '/var/lib/threadsmith',
  }),
  DATABASE_URL: unset(postgresUrl, {
    group: 'machine',
    description:
      'Postgres for the index and the journal, in the place of files in `DATA_DIR`: several replicas share it.',
    expected: 'be like postgres://user:password@host:5432/database',
    where: 'percent-encode characters such as @ / # in the password; leave it out to use files',
    example: 'postgres://threadsmith:…@db.example.com:5432/threadsmith',
    secret: true,
  }),
  INGEST_EVERY: unset(duration, {
    group: 'machine',
    description:
      'How often the running bot brings all sources up to date, like `30m`, `6h` or `1d`. Without it only `npm run ingest` does.',
    expected: 'be a number of minutes, hours or days, like 30m, 6h or 1d',
    where: 'leave it out to ingest by hand or from a scheduler of your own',
    example: '6h',
  }),
  SHUTDOWN_TIMEOUT: preset(seconds, '18', {
    group: 'machine',
    description: 'Seconds that running answers get to finish after SIGTERM.',
    expected: `be seconds from 0 to ${LONGEST_SHUTDOWN_S}, like 25 or 25s`,
    where: "stay below your supervisor's own limit (Kubernetes waits 30 s, Docker 10 s)",
    example: '8',
  }),
  SLACK_RATE_SHARE: unset(share, {
    group: 'machine',
    description:
      "How much of Slack's usual rate limits this process may use, all of them without it: `0.5` each for two replicas, above 1 when Slack grants the app more.",
    expected: 'be a number above 0 and at most 1000',
    where: 'leave it out for one process with the usual limits',
    example: '0.5',
  }),
  LOG_LEVEL: preset(choice('debug', 'info', 'warn', 'error', 'silent'), 'info', {
    group: 'machine',
    description: '`debug`, `info`, `warn`, `error` or `silent`.',
    expected: 'be debug, info, warn, error or silent',
    where: 'the default is info',
    example: 'debug',
  }),
};
