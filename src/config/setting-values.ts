import { z } from 'zod';

export const choice = <const T extends readonly string[]>(...values: T) => z.enum(values);
export const url = z
  .string()
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text))
  .transform((text) => text.replace(/\/+$/, ''));
export const key = z.string().regex(/^\S+$/);
export const count = (least: number, most: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));
export const URL_EXPECTED = 'be a URL that starts with http:// or https://';
export const KEY_EXPECTED = 'be one word without spaces';
/** Ids as Slack shows them, separated by commas or spaces. */
export const ids = (pattern: RegExp) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
    .pipe(z.array(z.string().regex(pattern)).min(1));
