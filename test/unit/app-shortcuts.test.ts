import { expect, test } from 'vitest';
import { slackManifest } from '../../manifest/manifest.js';
import { APP_SHORTCUTS } from '../../src/playground/app-shortcuts.js';

test('the playground offers the message shortcuts that the manifest declares', () => {
  const declared = (slackManifest().features.shortcuts ?? []).filter(({ type }) => type === 'message');
  expect(APP_SHORTCUTS).toEqual(declared.map(({ callback_id: callbackId, name }) => ({ callbackId, name })));
});
