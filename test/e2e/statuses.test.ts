import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerEvent } from '../../src/rag/answer-event.js';
import type { Passage } from '../../src/rag/passage.js';
import { type Asked, type DeliveryStage, startDeliveryStage } from '../support/delivery-stage.js';

const passage: Passage = {
  id: '1',
  documentId: 'd',
  title: 'Billing',
  headings: [],
  url: 'https://docs.example.com/billing',
  text: 'Plans: https://docs.example.com/plans.',
  source: 's',
  score: 1,
};
const done: AnswerEvent = { type: 'done', outcome: 'answered', sources: [], citationsDropped: 0 };

describe('the status under a question', () => {
  let stage: DeliveryStage;
  beforeEach(async () => {
    stage = await startDeliveryStage({ timeoutMs: 10_000 });
  });
  afterEach(() => stage.close());

  const said = () => stage.slack.calls('assistant.threads.setStatus').map(({ args }) => args.status);
  const statusOf = ({ message }: Asked) =>
    stage.slack.workspace().status(message.channelId, message.ts)?.status;

  async function* eachSeen(asked: Asked, statuses: readonly (readonly [AnswerEvent, string])[]) {
    for (const [event, status] of statuses) {
      yield event;
      await stage.slack.waitFor(() => statusOf(asked) === status, { describe: `the status "${status}"` });
    }
  }
  const searching: AnswerEvent = { type: 'status', status: 'searching' };
  const reading: AnswerEvent = { type: 'status', status: 'reading', passages: 7, found: [passage] };

  test('is there at once and follows the work', async () => {
    const asked = stage.ask();
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield* eachSeen(asked, [
        [searching, 'is searching the docs…'],
        [reading, 'is reading 7 passages…'],
      ]);
      yield { type: 'text', text: 'Ten days.' };
      yield done;
    }
    await stage.deliver(asked, events());
    expect(said().slice(0, 2)).toEqual(['is searching the docs…', 'is reading 7 passages…']);
    expect(statusOf(asked)).toBeUndefined();
  });

  test('says that it is writing where the words cannot be seen', async () => {
    stage.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
    const asked = stage.ask();
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield { type: 'text', text: 'Ten' };
      await stage.slack.waitFor(() => stage.slack.calls('chat.startStream')[0]?.response);
      yield { type: 'text', text: ' days' };
      yield { type: 'text', text: ' at most.' };
      await stage.slack.waitFor(() => statusOf(asked) === 'is writing…');
      yield done;
    }
    await stage.deliver(asked, events());
    expect(statusOf(asked)).toBeUndefined();
  });

  test.each([
    ['a failure', new Error('broken')],
    ['nothing at all', undefined],
  ])('does not stay after %s, also when Slack loses the call that takes it away', async (_name, error) => {
    const asked = stage.ask();
    stage.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
    stage.slack.fail(
      'assistant.threads.setStatus',
      { reset: 'before' },
      { times: 1, match: ({ status }) => status === '' },
    );
    stage.slack.fail(
      'agents.sessions.setStatus',
      { reset: 'before' },
      { times: 1, match: ({ status }) => status === 'active' },
    );
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield searching;
      if (error) throw error;
    }
    await stage.deliver(asked, events());
    expect(statusOf(asked)).toBeUndefined();
    expect(stage.slack.workspace().session(asked.message.channelId, asked.message.ts)).toBe('active');
  });

  test('leaves room for eight calls in all', async () => {
    const asked = stage.ask();
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield searching;
      yield reading;
      yield { type: 'status', status: 'writing' };
      yield { type: 'text', text: 'Ten days.' };
      await stage.slack.waitFor(() => asked.text() !== '');
      yield { type: 'text', text: ' At most.' };
      await stage.slack.waitFor(() => asked.text().includes('most'));
      yield done;
    }
    await stage.deliver(asked, events());
    expect(stage.slack.calls().length).toBeLessThanOrEqual(7);
  });

  test('links only to what was found', async () => {
    const asked = stage.ask();
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield reading;
      yield { type: 'text', text: 'See [plans](https://docs.example.com/plans) and [this](https://evil' };
      yield { type: 'text', text: '.com/?q=1)' };
      yield { type: 'citation', source: { number: 1, passage } };
      yield { type: 'text', text: '(https://evil.com)' };
      yield done;
    }
    await stage.deliver(asked, events());
    expect(asked.text()).toBe(
      'See [plans](https://docs.example.com/plans) and this (https:\u2060//evil.\u2060com/?q=1) 1 (https:\u2060//evil.\u2060com)',
    );
  });
});
