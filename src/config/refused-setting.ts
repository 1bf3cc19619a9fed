import type { ConfigProblem } from '../errors.js';
import type { GivenSettings } from './given-settings.js';
import { settingInfoOf } from './settings.js';

/** Says what is wrong with a value that its schema refused. */
export function refusedSetting(name: string, given: GivenSettings): ConfigProblem {
  const { expected, where, secret } = settingInfoOf(name);
  const text = given.get(name) ?? '';
  return {
    setting: name,
    expected,
    got: secret ? maskedSecret(text) : `"${withoutPassword(text)}"`,
    fix: where,
  };
}

/** The vendors' own prefixes tell which token it is and nothing else about it. */
function maskedSecret(text: string): string {
  const prefix = /^(xox[a-z]-|xapp-|sk-ant-|sk-|lsv2_)/.exec(text)?.[0];
  return prefix === undefined ? `a value of ${text.length} characters` : `"${prefix}…"`;
}

/** A proxy's address may hold a login. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@');
}
