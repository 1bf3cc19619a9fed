const SIZE = 10_000;
const TIMES = 4;
/** Less is the clock's grain and the collector's. In microseconds. */
const GRAIN = 3_000;
/** The least of so many counts: others are disturbed. */
const RUNS = 3;

/**
 * How much more work `TIMES` as much text is, as a multiple of `TIMES`: about 1 in linear time, `TIMES` in quadratic time. Work is
 * the process's own CPU time, so that a busy machine changes little.
 */
export function growth(text: (size: number) => string, work: (text: string) => unknown): number {
  const cost = (size: number) => {
    const given = text(size);
    let least = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS && least > GRAIN; run += 1) {
      const before = process.cpuUsage();
      work(given);
      least = Math.min(least, process.cpuUsage(before).user);
    }
    return Math.max(GRAIN, least);
  };
  return cost(SIZE * TIMES) / cost(SIZE) / TIMES;
}
