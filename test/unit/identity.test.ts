import { validate, version } from 'uuid';
import { describe, expect, test } from 'vitest';
import { privateThread } from '../../src/threads/private-thread.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { sessionIdFor } from '../../src/threads/session-id.js';

// Golden: computed once, and by another implementation (Python's uuid.uuid5). If one of these changes, every thread there is
// loses its history in LangSmith, and every vote on an old answer its run.
describe('sessionIdFor', () => {
  const thread = { tenantId: 'T01ABCDEF', channelId: 'C01ABCDEF', threadTs: '1767225600.123459' };

  test('is what it always was', () => {
    expect(sessionIdFor(thread)).toBe('0c698c9d-6856-5577-855a-2ab83c94d1f0');
    expect(sessionIdFor({ ...thread, tenantId: 'T02' })).toBe('17d1c096-916d-5107-b58e-921ca32947c0');
  });

  test('differs in every part', () => {
    const others = [{ tenantId: 'T2' }, { channelId: 'C2' }, { threadTs: '1767225600.123460' }];
    const ids = [thread, ...others.map((other) => ({ ...thread, ...other }))].map(sessionIdFor);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('privateThread', () => {
  const asked = { tenantId: 'T01ABCDEF', channelId: 'C01ABCDEF', userId: 'U01ABCDEF' };

  test('is what it always was', () => {
    expect(sessionIdFor(privateThread(asked))).toBe('91c7b7cb-20a2-56be-a132-a50d7c8ec21a');
  });

  test('differs in every part', () => {
    const others = [{ tenantId: 'T2' }, { channelId: 'C2' }, { userId: 'U2' }];
    const threads = [asked, ...others.map((other) => ({ ...asked, ...other }))].map(privateThread);
    expect(new Set(threads.map(sessionIdFor)).size).toBe(4);
  });
});

describe('runIdFor', () => {
  const message = { tenantId: 'T01ABCDEF', channelId: 'C01ABCDEF', messageTs: '1767225600.123459' };

  test('is what it always was', () => {
    expect(runIdFor(message)).toBe('019b76da-a87b-7097-a062-06cdd9dc3957');
    expect(runIdFor(message, 1)).toBe('019b76da-a87b-7214-951a-714aedc4dc1e');
    expect(runIdFor({ ...message, tenantId: 'T02' })).toBe('019b76da-a87b-7eb5-9d1b-fbe93c35e9cb');
  });

  test('is a UUIDv7 with the time of the message', () => {
    const id = runIdFor(message);
    expect(validate(id) && version(id)).toBe(7);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_767_225_600_123);
  });

  test('does not repeat over many messages of the same millisecond', () => {
    const ids = Array.from({ length: 999 }, (_, n) =>
      runIdFor({ ...message, messageTs: `1767225600.123${String(n).padStart(3, '0')}` }),
    );
    expect(new Set(ids).size).toBe(999);
  });

  test('refuses what is no Slack timestamp', () => {
    expect(() => runIdFor({ ...message, messageTs: 'now' })).toThrow('got "now"');
  });
});
