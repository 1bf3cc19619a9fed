import type { Figure, Row } from './figure.js';

const HEAD = ['figure', 'value', 'floor', 'ratio', 'unit', 'budget', '', 'measured'];

/** The rows as a table, and what they mean below it. */
export function renderTable(rows: readonly Row[], figures: readonly Figure[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const table = lines.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const legend = figures.map(({ keys, legend }) => `${keys.join(', ')}: ${legend.replace(/\s+/g, ' ')}`);
  return [...table, '', ...legend].join('\n');
}

function cellsOf({ label, value, floor, unit, budget, note }: Row): string[] {
  return [
    label,
    rounded(value),
    floor === undefined ? '' : rounded(floor),
    floor ? `${(value / floor).toFixed(2)}x` : '',
    unit,
    budget?.text ?? '',
    budget ? (budget.met ? 'met' : 'MISSED') : '',
    note ?? '',
  ];
}

/** Three figures: more would be noise. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}
