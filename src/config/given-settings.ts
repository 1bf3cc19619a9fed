import type { Env } from '../config.js';
import { settings } from './settings.js';

/** Settings as text, by name: trimmed, and only those that say something. */
export type GivenSettings = ReadonlyMap<string, string>;

/** Every tool that reads them takes the proxy variables in small letters too, and prefers them. */
const ALSO_LOWER_CASE = new Set(['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']);

export function givenSettings(env: Env): GivenSettings {
  const given = new Map<string, string>();
  for (const name of Object.keys(settings.shape)) {
    const lower = ALSO_LOWER_CASE.has(name) ? env[name.toLowerCase()]?.trim() : undefined;
    const text = lower || env[name]?.trim();
    if (text) given.set(name, text);
  }
  return given;
}
