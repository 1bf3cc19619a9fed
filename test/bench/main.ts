import { mkdir } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, KEYS, type Row } from './figure.js';
import { FIGURES } from './figures.js';
import { Lab } from './lab.js';
import { renderTable } from './render-table.js';

const USAGE = `npm run bench [-- options]
  --only a,b        some of: ${KEYS.join(', ')}
  --json            one object on stdout: { <figure>: { value, floor, unit }, … }
  --profile folder  writes CPU profiles of the measured processes there, which costs them speed`;

/**
 * Measures the program against its budgets (DESIGN.md section 7). Each figure stands beside a floor: what the bare SDKs
 * cost for the same load in the same run, so that the two can be compared on any machine.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const figures = chosen(values.only);
  const profileDir = values.profile === undefined ? undefined : resolve(values.profile);
  if (profileDir) await mkdir(profileDir, { recursive: true });

  const startedAt = performance.now();
  const progress = (text: string) =>
    console.error(`${String(Math.round((performance.now() - startedAt) / 1_000)).padStart(4)} s  ${text}`);
  warnOfLoad(progress);
  const lab = await Lab.open({ profileDir, progress });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void lab.close().then(() => process.exit(130)));
  }
  try {
    const rows: Row[] = [];
    for (const figure of figures) {
      progress(figure.keys.join(', '));
      rows.push(...(await figure.measure(lab)));
    }
    console.log(values.json ? JSON.stringify(toJson(rows), null, 2) : renderTable(rows, figures));
  } finally {
    await lab.close();
  }
}

/** Floors suffer from other work too, but not in proportion: latencies beside it mean little. */
function warnOfLoad(progress: (text: string) => void): void {
  const [busy = 0] = loadavg();
  const cores = availableParallelism();
  if (busy > cores / 4)
    progress(
      `the machine is busy with other work (load ${busy.toFixed(1)}, ${cores} cores): figures will be too high`,
    );
}

function chosen(only: string | undefined): Figure[] {
  if (only === undefined) return [...FIGURES];
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !KEYS.some((key) => key === name));
  if (unknown.length > 0)
    throw new RangeError(`--only must name figures (${KEYS.join(', ')}), got "${unknown.join(', ')}"`);
  return FIGURES.filter(({ keys }) => keys.some((key) => names.includes(key)));
}

function toJson(rows: readonly Row[]): Record<string, Pick<Row, 'value' | 'floor' | 'unit'>> {
  return Object.fromEntries(
    rows.flatMap(({ key, value, floor, unit }) =>
      key && floor !== undefined ? [[key, { value, floor, unit }]] : [],
    ),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof RangeError || error instanceof TypeError ? error.message : error);
  process.exit(1);
});
