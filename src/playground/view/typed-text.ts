import { decodeSlackEntities, encodeSlackEntities } from './slack-entities.js';

type Users = Iterable<{ readonly id: string; readonly name: string }>;

/** What a person typed, as Slack's message box stores it: entities encoded, `@name` as a mention. */
export function slackText(typed: string, users: Users): string {
  const ids = new Map([...users].map(({ id, name }) => [name.toLowerCase(), id]));
  return encodeSlackEntities(typed).replace(/(?<![\w@.])@([\w-]+)/g, (whole, name) => {
    const id = ids.get(name.toLowerCase());
    return id === undefined ? whole : `<@${id}>`;
  });
}

/** The way back, for somebody who edits a message. */
export function typedText(text: string, users: Users): string {
  const names = new Map([...users].map(({ id, name }) => [id, name]));
  const typed = text.replace(/<@(\w+)>/g, (whole, id) => {
    const name = names.get(id);
    return name === undefined ? whole : `@${name}`;
  });
  return decodeSlackEntities(typed);
}
