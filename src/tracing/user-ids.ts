import { createHmac } from 'node:crypto';

/** A Slack user's id where nobody has said that it is one: long enough, and with a digit, so that no word is meant. */
const USER_ID = '[UW](?=[A-Z0-9]*\\d)[A-Z0-9]{8,}';
/** Where somebody is mentioned, as Slack writes it or as it is read: also one without a digit. */
const MENTIONED = '(?<=<@)[UW][A-Z0-9]+(?=[|>])|(?<=@)[UW][A-Z0-9]{8,}';

/** Hexadecimal digits of a keyed name: enough that two people never share one. */
const LENGTH = 16;

/** The names under which people appear where their ids must not. */
export interface UserIds {
  /** Of one person: the same for the same id and key. */
  nameOf(userId: string): string;
  /** Puts names for ids into texts: for those that are known, and for all that look like one. */
  replacing(known: readonly string[]): (text: string) => string;
}

/** Keyed: without the key nobody can try all of a workspace's ids and see which one it was. */
export function keyedUserIds(key: string): UserIds {
  function nameOf(userId: string): string {
    return `user_${createHmac('sha256', key).update(userId).digest('hex').slice(0, LENGTH)}`;
  }
  return {
    nameOf,
    replacing(known) {
      const ids = [...new Set(known)].filter((id) => /^\w+$/.test(id));
      const pattern = new RegExp(String.raw`\b(?:${[...ids, MENTIONED, USER_ID].join('|')})\b`, 'g');
      return (text) => text.replace(pattern, nameOf);
    },
  };
}
