import { preset, unset } from './setting-info.js';
import { choice, ids } from './setting-values.js';

/** Who is answered, and when. */
export const accessSettings = {
  ALLOWED_CHANNELS: unset(ids(/^[CGD][A-Z0-9]+$/), {
    group: 'access',
    description: 'Only in these channels. Direct messages are not in the list: they stay allowed.',
    expected: 'be ids of channels (C…) separated by commas',
    where: 'the id stands at the end of a channel’s details in Slack',
    example: 'C0123456789,C9876543210',
  }),
  ALLOWED_USERS: unset(ids(/^[UW][A-Z0-9]+$/), {
    group: 'access',
    description: 'Only these people.',
    expected: 'be ids of users (U…) separated by commas',
    where: 'see a profile in Slack -> ⋮ -> Copy member ID',
    example: 'U0123456789,U9876543210',
  }),
  ALLOW_EXTERNAL: preset(choice('true', 'false'), 'false', {
    group: 'access',
    description:
      '`true` answers guests too, people of other organisations, and everybody in channels that are shared with them (Slack Connect).',
    expected: 'be true or false',
    where: 'answers quote your documents to whoever reads the channel',
    example: 'true',
  }),
  FOLLOW_UPS: preset(choice('thread', 'mention'), 'thread', {
    group: 'access',
    description:
      '`thread`: in a thread that only the bot and its asker write in, the asker goes on without a mention. `mention`: always with one.',
    expected: 'be thread or mention',
    where: 'in direct messages no mention is ever needed',
    example: 'mention',
  }),
};
