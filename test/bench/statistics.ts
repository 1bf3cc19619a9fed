/** The value that `share` (0 to 1) of the sorted values do not exceed. @throws RangeError without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new RangeError('expected at least one value, got none');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The median of the slopes between any two points (Theil and Sen): a few points that are off do not move it. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  );
  return median(slopes);
}
