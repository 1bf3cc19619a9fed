import { z } from 'zod';

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** "30m", "6h", "1d": to milliseconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhd]$/)
  .transform((text) => Number.parseInt(text, 10) * (MINUTES[text.slice(-1)] ?? Number.NaN) * 60_000);
