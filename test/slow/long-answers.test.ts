import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SlackBudget } from '../../src/slack/connection/slack-budget.js';
import { PART_BLOCK } from '../../src/slack/delivery/blocks.js';
import { StoppedError } from '../../src/slack/stopped-error.js';
import {
  answerOf,
  type DeliveryStage,
  RUN_ID,
  startDeliveryStage,
  visibleText,
} from '../support/delivery-stage.js';
import { HOSTILE, inDeltas, shownText, survivors } from '../support/hostile-text.js';

/** Slack's: a streamed message, a post's fallback text. */
const MOST_BYTES = 10_600;

describe('a long answer', { timeout: 20_000 }, () => {
  let stage: DeliveryStage;
  let later = 0;
  const now = () => Date.now() + later;
  beforeEach(async () => {
    later = 0;
    stage = await startDeliveryStage({ timeoutMs: 10_000 });
  });
  afterEach(() => stage.close());

  const paragraphs = (count: number) =>
    Array.from({ length: count }, (_, index) => `Paragraph ${index}. ${'Some words. '.repeat(20)}\n\n`);
  const words = (text: string) => shownText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const untilMessages = (count: number, asked: ReturnType<DeliveryStage['ask']>) =>
    stage.slack.waitFor(() => asked.answer().length >= count);

  test('goes on in a second message at a paragraph', async () => {
    const asked = stage.ask();
    const text = paragraphs(60).join('');
    await stage.deliver(asked, answerOf(paragraphs(60), { pause: () => setTimeout(2) }));
    const messages = asked.answer();
    expect(messages.length).toBeGreaterThanOrEqual(2);
    expect(messages[1]?.text).toMatch(/^Paragraph \d+\. /);
    expect(words(asked.text())).toEqual(words(text));
    // Each can be voted on; one ends the answer.
    const all = messages.map(({ blocks }) => JSON.stringify(blocks ?? []));
    expect(all.filter((blocks) => blocks.includes(RUN_ID))).toHaveLength(all.length);
    expect(all.map((blocks) => blocks.includes(PART_BLOCK)).indexOf(false)).toBe(all.length - 1);
  });

  test('loses nothing of what is written while a full message is closed', async () => {
    stage.slack.fail('chat.stopStream', { delayMs: 100 });
    const asked = stage.ask();
    await stage.deliver(asked, answerOf(paragraphs(60), { pause: () => setTimeout(5) }));
    expect(asked.answer().length).toBeGreaterThanOrEqual(2);
    expect(words(asked.text())).toEqual(words(paragraphs(60).join('')));
  });

  test.each([
    ['streamed', {}],
    ['posted', { 'chat.startStream': { error: 'channel_type_not_supported' } }],
  ])('%s: after three messages the rest is a Markdown file', async (_name, faults) => {
    for (const [method, fault] of Object.entries(faults)) stage.slack.fail(method, fault);
    const asked = stage.ask();
    const text = paragraphs(200).join('');
    await stage.deliver(asked, answerOf(paragraphs(200), { pause: () => setTimeout(1) }));
    const files = asked.answer().flatMap(({ files = [] }) => files);
    expect(files.map(({ name }) => name)).toEqual(['answer.md']);
    expect(asked.answer()).toHaveLength(5);
    for (const { files, blocks } of asked.answer())
      if (!files) expect(JSON.stringify(blocks)).toContain(RUN_ID);
    expect(words(asked.text())).toEqual(words(text));
  });

  test.each([
    ['files.getUploadURLExternal', { error: 'missing_scope' }],
    ['file_upload', { status: 500 }],
    ['files.completeUploadExternal', { error: 'not_in_channel' }],
    ['files.completeUploadExternal', { reset: 'after' } as const],
    ['files.completeUploadExternal', { reset: 'before' } as const],
  ])('whose file goes wrong in %s by %j is complete and once', async (method, fault) => {
    stage.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
    stage.slack.fail(method, fault, { times: 1 });
    const asked = stage.ask();
    await stage.deliver(asked, answerOf(paragraphs(70)));
    expect(words(asked.text())).toEqual(words(paragraphs(70).join('')));
    const isLost = !('reset' in fault);
    expect(asked.answer().some(({ files }) => files)).toBe(!isLost);
  });

  test('that takes more than four minutes goes on in a new message at a sentence, before Slack ends the first', async () => {
    const asked = stage.ask();
    const deltas = ['It begins. ', 'This word ', 'came late. ', 'And so ', 'on.'];
    async function* events() {
      yield* answerWithoutEnd(deltas.slice(0, 2));
      await stage.slack.waitFor(() => asked.text().startsWith('It begins. This'));
      later += 241_000;
      yield { type: 'text', text: 'came late. And so' } as const;
      await untilMessages(2, asked);
      yield { type: 'text', text: ' on.' } as const;
      yield { type: 'done', outcome: 'answered', sources: [], citationsDropped: 0 } as const;
    }
    await stage.deliver(asked, events(), { now });
    expect(asked.answer().map(visibleText)).toEqual(['It begins. This word came late. ', 'And so on.']);
  });

  test('keeps code, tables and nested lists whole across messages', async () => {
    const code = `\`\`\`ts\n${'const value = compute(1, 2);\n'.repeat(500)}\`\`\`\n\n`;
    const table = `| Name | Value |\n|---|---|\n${Array.from({ length: 400 }, (_, row) => `| row${row} | value${row} |\n`).join('')}\n`;
    const asked = stage.ask();
    await stage.deliver(asked, answerOf([...(code + table)].map(String)));
    for (const message of asked.answer().map(visibleText)) {
      expect((message.match(/^```/gm) ?? []).length % 2).toBe(0);
      if (/^const/m.test(message)) expect(message).toMatch(/^```ts\nconst/m);
      if (/^\| row/m.test(message)) expect(message).toMatch(/\| Name \| Value \|\n\|---\|---\|\n\| row/);
    }
  });

  test('streamed Markdown with hostile strings in any deltas arrives complete, in order, within limits and harmless', async () => {
    let marked = 0;
    const word = () => {
      marked += 1;
      return `w${marked}w`;
    };
    const sentence = fc
      .integer({ min: 3, max: 60 })
      .map((length) => () => `${Array.from({ length }, word).join(' ')}. `);
    const hostile = fc.constantFrom(...HOSTILE).map((text) => () => ` ${word()} ${text} ${word()} `);
    const line = fc.oneof({ weight: 4, arbitrary: sentence }, { weight: 1, arbitrary: hostile });
    const block = fc.oneof(
      fc
        .array(line, { minLength: 1, maxLength: 12 })
        .map((lines) => () => `${lines.map((one) => one()).join('')}\n\n`),
      fc
        .array(line, { minLength: 1, maxLength: 8 })
        .map(
          (lines) => () => `${lines.map((one, at) => `${' '.repeat((at % 3) * 2)}- ${one()}\n`).join('')}\n`,
        ),
      fc
        .integer({ min: 1, max: 150 })
        .map(
          (rows) => () =>
            `| a | b |\n|---|---|\n${Array.from({ length: rows }, () => `| ${word()} | ${word()} |\n`).join('')}\n`,
        ),
      fc
        .integer({ min: 1, max: 200 })
        .map(
          (rows) => () =>
            `\`\`\`js\n${Array.from({ length: rows }, () => `${word()}(${word()});\n`).join('')}\`\`\`\n\n`,
        ),
      sentence.map((one) => () => `## ${one()}\n\n`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 25 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
        fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
        async (blocks, sizes, streams) => {
          marked = 0;
          const text = blocks.map((one) => one()).join('');
          const asked = stage.ask({ channel: 'D0ADA' });
          stage.slack.clearFaults();
          if (!streams) stage.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
          await stage.deliver(asked, answerOf(inDeltas(text, sizes), { pause: async () => {} }), {
            budget: new SlackBudget(),
          });
          const shown = asked.answer().map(visibleText);
          const marks = shown.join('\n').match(/\bw\d+w\b/g) ?? [];
          expect(marks).toEqual(text.match(/\bw\d+w\b/g) ?? []);
          for (const [at, message] of asked.answer().entries()) {
            if (!message.files) expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(MOST_BYTES);
            expect(survivors(shown[at] ?? '')).toEqual([]);
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  test('that is stopped keeps what was written, says so, and leaves nothing open', async () => {
    const asked = stage.ask();
    async function* events() {
      yield* answerWithoutEnd(['Within ten', ' working hour']);
      await stage.slack.waitFor(() => asked.text() === 'Within ten working hour');
      throw new StoppedError('Ada pressed stop');
    }
    await stage.deliver(asked, events());
    expect(asked.text()).toBe('Within ten working hour\n\n_(stopped)_');
    expect(asked.answer()[0]?.stream?.state).toBe('completed');
    expect(stage.slack.workspace().session(asked.message.channelId, asked.message.ts)).toBe('active');
  });

  test('can take the place of an earlier one', async () => {
    const asked = stage.ask();
    const first = await stage.deliver(asked, answerOf(['The old answer.']));
    await stage.deliver(asked, answerOf(['The new answer.']), { replaces: first.messages[0] });
    expect(asked.answer()).toHaveLength(1);
    expect(asked.text()).toBe('The new answer.');
    expect(JSON.stringify(asked.answer()[0]?.blocks)).toContain(RUN_ID);
  });

  async function* answerWithoutEnd(deltas: readonly string[]) {
    for await (const event of answerOf(deltas)) if (event.type !== 'done') yield event;
  }
});
