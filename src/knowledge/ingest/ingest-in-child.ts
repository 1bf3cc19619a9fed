import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Log } from '../../logger.js';
import { type IngestOutcome, ingestOutcome } from './ingest-outcome.js';

export interface IngestInChildOptions {
  /** The file of the command `npm run ingest`. */
  readonly script: string;
  readonly log: Log;
  /** How long the child may take to end after the signal; then it is killed, which is safe. @default 5000 */
  readonly endWithinMs?: number;
  /**
   * How long a refresh may take in all, in milliseconds: one that hangs must not keep others from being made. The largest
   * crawl takes three hours at the usual delay.
   * @default a day
   */
  readonly limitMs?: number;
}

const LAST_WORDS = 2000;
/** Characters of a line that is not understood. */
const LONGEST_LINE = 200;

/**
 * Refreshes sources in a process of its own, at a lower priority: parsing and hashing take no time from answers. What
 * became of them is logged.
 */
export async function ingestInChild(
  names: readonly string[],
  signal: AbortSignal,
  { script, log, endWithinMs = 5000, limitMs = 24 * 3_600_000 }: IngestInChildOptions,
): Promise<void> {
  if (signal.aborted) return;
  const loader = script.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const args = [...loader, script, '--json', ...names.map((name) => `--source=${name}`)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) lowerPriority(child.pid);

  let kill: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    kill = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  };
  const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  ending.addEventListener('abort', end, { once: true });

  let lastWords = '';
  child.stderr.on('data', (words: Buffer) => {
    lastWords = `${lastWords}${words}`.slice(-LAST_WORDS);
  });
  const readReports = async () => {
    for await (const line of createInterface({ input: child.stdout })) logLine(line, log);
  };
  try {
    const [[code, killedBy]] = await Promise.all([once(child, 'close'), readReports()]);
    // With words on stderr it could not even begin: what became of single sources it reports.
    const failed = code === null || (code !== 0 && lastWords !== '');
    if (failed && !signal.aborted)
      log.warn({ code: code ?? killedBy, reason: lastWords.trim() }, 'the documents were not refreshed');
  } finally {
    ending.removeEventListener('abort', end);
    clearTimeout(kill);
    // Of one that has ended there is nothing to kill.
    child.kill('SIGKILL');
  }
}

/** A library may print what is no outcome. */
function logLine(line: string, log: Log): void {
  const outcome = outcomeIn(line);
  if (outcome) logOutcome(outcome, log);
  else if (line.trim() !== '')
    log.warn({ line: line.slice(0, LONGEST_LINE) }, 'said while documents were refreshed');
}

function outcomeIn(line: string): IngestOutcome | undefined {
  try {
    return ingestOutcome.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function logOutcome(outcome: IngestOutcome, log: Log): void {
  if ('error' in outcome) {
    log.warn({ source: outcome.source, reason: outcome.error }, 'a source was not refreshed');
    return;
  }
  const { failed, embeddingFailure: reason, ...figures } = outcome;
  log.info({ ...figures, failed: failed.length }, 'source refreshed');
  if (reason !== undefined)
    log.warn(
      { source: outcome.source, reason },
      'passages have no vectors yet: they are found by keywords alone',
    );
  for (const { path, reason } of failed)
    log.warn({ source: outcome.source, path, reason }, 'document not indexed');
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or this system does not let us: it works at the usual priority then.
  }
}
