import type { IngestProgress } from '../knowledge/ingest/ingest.js';
import { plainLine } from './plain-line.js';

/** What of a terminal or a file is used here. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface Progress {
  update(source: string, progress: IngestProgress): void;
  /** Takes the bar off the terminal, so that something else can be printed. */
  clear(): void;
}

const BAR_WIDTH = 24;
/** Characters of a name that still say which it is. */
const SHORTEST_NAME = 8;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 10_000;
/** The rate is that of the last moments: unchanged documents pass a thousand times as fast as those that are embedded. */
const RATE_OVER_MS = 10_000;

/**
 * A bar that is drawn over itself on a terminal; elsewhere a line every ten seconds.
 *
 * Not cli-progress: it has no bar for a count that is not known before the end, as with a crawl, hides the cursor and leaves
 * it hidden when the process is killed, and must be told to stand aside for each line that is printed beside it.
 */
export function createProgress(stream: ProgressStream, now: () => number = Date.now): Progress {
  const everyMs = stream.isTTY ? REDRAW_MS : LINE_EVERY_MS;
  let current: { source: string; samples: { at: number; done: number }[] } | undefined;
  let shownAt = now();
  let drawn = false;

  const clear = () => {
    if (drawn) stream.write('\r\x1b[K');
    drawn = false;
  };

  return {
    update(name, { done, read, count }) {
      const source = plainLine(name);
      const at = now();
      if (current?.source !== source) current = { source, samples: [{ at, done }] };
      if (at - shownAt < everyMs) return;
      shownAt = at;
      const { samples } = current;
      while ((samples[1]?.at ?? at) < at - RATE_OVER_MS) samples.shift();
      const rate = rateSince(samples[0], { at, done });
      samples.push({ at, done });
      const figures = figuresOf({ done, read, count }, rate);
      if (!stream.isTTY) {
        stream.write(`${source}: ${figures}\n`);
        return;
      }
      clear();
      const shown = count === undefined ? figures : `${bar(done / count)} ${figures}`;
      stream.write(fitted(source, shown, figures, (stream.columns || 80) - 1));
      drawn = true;
    },
    clear,
  };
}

/** What says most stays longest: the figures, then the start of the name, then the bar. */
function fitted(name: string, shown: string, figures: string, width: number): string {
  const room = width - shown.length - 1;
  if (room >= name.length) return `${name} ${shown}`;
  if (room >= SHORTEST_NAME) return `${name.slice(0, room - 1)}… ${shown}`;
  return shown === figures ? figures.slice(0, width) : fitted(name, figures, figures, width);
}

/** Documents a second. */
function rateSince(from: { at: number; done: number } | undefined, to: { at: number; done: number }): number {
  return from && to.at > from.at ? ((to.done - from.done) * 1000) / (to.at - from.at) : 0;
}

function figuresOf({ done, read, count }: Omit<IngestProgress, 'path'>, rate: number): string {
  const of = count === undefined ? '' : ` of ${count.toLocaleString('en')}`;
  const speed = rate > 0 ? `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s` : '';
  const left = rate > 0 && count !== undefined ? `, ${duration((count - done) / rate)} left` : '';
  const ahead = read > done ? `, ${(read - done).toLocaleString('en')} more read` : '';
  return `${done.toLocaleString('en')}${of} documents${ahead}${speed}${left}`;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}
