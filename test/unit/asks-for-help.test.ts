import { expect, test } from 'vitest';
import { asksForHelp } from '../../src/slack/intake/asks-for-help.js';

test.each([
  ['help', true],
  ['Help!', true],
  ['???', false],
  ['What can you do?', true],
  ['who are you', true],
  ['', false],
  ['help me reset my password', false],
  ['how do you work with holidays?', false],
])('"%s": %s', (text, asks) => expect(asksForHelp(text)).toBe(asks));
