import { setTimeout } from 'node:timers/promises';
import { test as base, describe, expect } from 'vitest';
import type { Fault } from '../../src/playground/slack/faults.js';
import type { AnswerEvent } from '../../src/rag/answer-event.js';
import {
  type Asked,
  answerOf,
  type DeliveryStage,
  RUN_ID,
  startDeliveryStage,
} from '../support/delivery-stage.js';

/** Each with a Slack of its own. */
const test = base.extend<{ stage: DeliveryStage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern that this depends on nothing
  stage: async ({}, use) => {
    const stage = await startDeliveryStage();
    await use(stage);
    await stage.close();
  },
});

/** In all of these the thread ends as the delivery contract says. They wait more than they compute: side by side. */
describe.concurrent('an answer, when Slack goes wrong', { timeout: 20_000 }, () => {
  const SENTENCES = Array.from({ length: 8 }, (_, index) => `Sentence number ${index} of the answer. `);
  const WHOLE = SENTENCES.join('');
  const slowly = () => answerOf(SENTENCES, { pause: () => setTimeout(25) });

  /** Complete, in order, once; closed, with its buttons, and no status left. */
  function expectContract({ slack }: DeliveryStage, asked: Asked): void {
    const { channelId, ts } = asked.message;
    const workspace = slack.workspace();
    expect(asked.text().replace(/\s+$/, ' ')).toBe(WHOLE);
    expect(asked.answer().filter(({ stream }) => stream?.state === 'in_progress')).toEqual([]);
    expect(asked.answer().filter(({ blocks }) => JSON.stringify(blocks ?? []).includes(RUN_ID))).toHaveLength(
      1,
    );
    expect(workspace.status(channelId, ts)).toBeUndefined();
    expect(workspace.session(channelId, ts)).not.toBe('processing');
  }

  const FAULTS: readonly (readonly [string, Fault])[] = [
    ['an error', { error: 'internal_error' }],
    ['a refusal', { error: 'restricted_action' }],
    ['a 429', { rateLimited: 1 }],
    ['a 429 without Retry-After', { rateLimited: null }],
    ['a server error', { status: 503 }],
    ['a timeout', { hang: true }],
    ['a reset before', { reset: 'before' }],
    ['a reset after', { reset: 'after' }],
  ];
  const METHODS = [
    'assistant.threads.setStatus',
    'agents.sessions.setStatus',
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
  ] as const;
  const matrix = METHODS.flatMap((method) => FAULTS.map(([name, fault]) => [name, method, fault] as const));

  test.for(matrix)('%s in %s', async ([_name, method, fault], { stage }) => {
    const asked = stage.ask();
    stage.slack.fail(method, fault, { times: 1 });
    await stage.deliver(asked, slowly());
    expect(stage.slack.calls(method).some((call) => call.fault)).toBe(true);
    expectContract(stage, asked);
  });

  /** With streaming refused: the same for what takes its place. */
  test.for(FAULTS.filter(([name]) => name !== 'a refusal'))(
    '%s in chat.postMessage',
    async ([_name, fault], { stage }) => {
      const asked = stage.ask();
      stage.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
      stage.slack.fail('chat.postMessage', fault, { times: 1 });
      await stage.deliver(asked, slowly());
      expectContract(stage, asked);
    },
  );

  test.for(FAULTS)('%s in every chat.startStream', async ([_name, fault], { stage }) => {
    const asked = stage.ask();
    // What Slack does and never says so leaves streams that nobody knows: only the first is found again.
    stage.slack.fail(
      'chat.startStream',
      fault,
      'reset' in fault && fault.reset === 'after' ? { times: 1 } : {},
    );
    await stage.deliver(asked, slowly());
    expectContract(stage, asked);
  });

  test.for(FAULTS)('%s in every chat.appendStream', async ([_name, fault], { stage }) => {
    const asked = stage.ask();
    stage.slack.fail('chat.appendStream', fault);
    await stage.deliver(asked, slowly());
    expectContract(stage, asked);
  });

  test.for(['chat.startStream', 'chat.appendStream', 'chat.stopStream'])(
    'a reset after %s, and the thread cannot be read',
    async (method, { stage }) => {
      const asked = stage.ask();
      stage.slack.fail(method, { reset: 'after' }, { times: 1 });
      stage.slack.fail(
        'conversations.replies',
        { error: 'internal_error' },
        { times: method === 'chat.startStream' ? 3 : 6 },
      );
      await stage.deliver(asked, slowly());
      expectContract(stage, asked);
    },
  );

  test.for(FAULTS.filter(([name]) => name !== 'a refusal'))(
    '%s in the update of a stream that died',
    async ([_name, fault], { stage }) => {
      const asked = stage.ask();
      stage.slack.fail('chat.stopStream', { error: 'message_not_in_streaming_state' }, { times: 1 });
      stage.slack.fail('chat.appendStream', { error: 'message_not_in_streaming_state' }, { times: 1 });
      stage.slack.fail('chat.update', fault, { times: 1 });
      const workspace = stage.slack.workspace();
      const end = workspace.onChange((change) => {
        if (change.type === 'message_added' && change.message.stream) {
          const { channelId, ts, stream } = change.message;
          workspace.update(channelId, ts, { stream: { ...stream, state: 'errored' } });
        }
      });
      await stage.deliver(asked, slowly());
      end();
      expectContract(stage, asked);
    },
  );

  test('a stream that dies and cannot be updated: only what was not shown is posted', async ({ stage }) => {
    const asked = stage.ask();
    stage.slack.fail('chat.stopStream', { error: 'message_not_in_streaming_state' });
    stage.slack.fail('chat.update', { error: 'edit_window_closed' });
    await stage.deliver(asked, slowly());
    expect(asked.text().replace(/\s+$/, ' ')).toBe(WHOLE);
    expect(asked.answer()).toHaveLength(2);
  });

  test('another answer in the thread is not taken for one’s own', async ({ stage }) => {
    const asked = stage.ask();
    const workspace = stage.slack.workspace();
    const { channelId, ts: threadTs } = asked.message;
    workspace.add({
      channelId,
      threadTs,
      userId: workspace.botUserId,
      text: 'The answer to an earlier question.',
    });
    stage.slack.fail('chat.startStream', { reset: 'before' }, { times: 1 });
    await stage.deliver(asked, slowly());
    expect(asked.text().replace(/\s+$/, ' ')).toBe(`The answer to an earlier question.${WHOLE}`);
  });

  test('an [n] and the bot’s own last words stay out of a code block', async ({ stage }) => {
    const asked = stage.ask();
    const words = { title: 'Refunds', headings: [], text: 'Ten days.' };
    const passage = { id: '1', documentId: '1', source: 'docs', score: 1, ...words };
    async function* events(): AsyncGenerator<AnswerEvent> {
      yield { type: 'text', text: 'Run:\n\n```sh\nrefund --da' };
      yield { type: 'citation', source: { number: 1, passage } };
      yield { type: 'text', text: '\n\n_It was cut off._', closing: true };
      yield { type: 'done', outcome: 'partial', sources: [], citationsDropped: 0 };
    }
    await stage.deliver(asked, events());
    expect(asked.text()).toBe('Run:\n\n```sh\nrefund --da\n```\n\n[1]\n\n_It was cut off._');
  });
});
