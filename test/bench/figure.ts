import type { Lab } from './lab.js';

/** The names under which `--json` gives the figures. */
export const KEYS = [
  'ackP50',
  'ackP99',
  'intakeCpu',
  'eventToModelP50',
  'firstTextAfterToken',
  'slackCallsPerAnswer',
  'burstP99',
  'answersPerSecondPerCore',
  'tracingCpu',
  'startToReady',
  'heapPerThread',
  'weightedInputTokens30s',
  'weightedInputTokens10min',
] as const;

export type Key = (typeof KEYS)[number];

/** One line of the table. */
export interface Row {
  /** Absent: shown beside the figures, and not part of `--json`. */
  readonly key?: Key;
  readonly label: string;
  readonly value: number;
  /** What nobody can be below on this machine at this moment: measured in the same run, by the same load. */
  readonly floor?: number;
  readonly unit: string;
  /** As DESIGN.md section 7 has it. */
  readonly budget?: { readonly text: string; readonly met: boolean };
  /** How many samples it is made from, and in what state of the machine. */
  readonly note?: string;
}

/** Figures that one measurement gives. */
export interface Figure {
  readonly keys: readonly Key[];
  /** What the values and their floors mean, for the legend. */
  readonly legend: string;
  measure(lab: Lab): Promise<Row[]>;
}
