import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { RULES_FOR_ANY_PROMPT } from '../../src/rag/prompt.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { startWorld, type World } from '../support/world.js';

const PROMPT = 'acme/docs-bot-answer:prod';

const manifest = (text: string) => ({
  ...{ lc: 1, type: 'constructor', id: ['langchain', 'prompts', 'prompt', 'PromptTemplate'] },
  kwargs: { input_variables: [], template: text, template_format: 'f-string' },
});

describe('a prompt from LangSmith', () => {
  let hub: LangSmithRecorder;
  let world: World;
  beforeAll(async () => {
    hub = await startLangSmithRecorder();
    hub.promotePrompt(PROMPT, { commit: 'a1b2c3', manifest: manifest('Answer as a pirate would.') });
    const { endpoint, apiKey } = hub;
    world = await startWorld({
      config: (config) => ({ ...config, langsmith: { endpoint, apiKey, project: 'test', prompt: PROMPT } }),
    });
  });
  afterAll(async () => {
    await world.close();
    await hub.close();
  });

  test('tells Claude how to answer, with the rules below it, and its commit and the outcome are on the trace', async () => {
    world.claude.reply(['Ten days, arr.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    const [system] = world.claude.requests.map(({ body }) => body.system);
    expect(system).toMatchObject([{ text: `Answer as a pirate would.\n\n${RULES_FOR_ANY_PROMPT}` }]);

    world.claude.reply(['Gold, arr.', { cite: 0, quote: 'no such words' }]);
    const { message: second } = await world.ask({ text: 'who approves a refund?' });
    await world.answerTo(second);
    await world.bot.stop();

    const root = runOf(message);
    expect(root?.metadata).toMatchObject({
      prompt_name: PROMPT,
      prompt_commit: 'a1b2c3',
      outcome: 'answered',
      citations_dropped: 0,
    });
    expect(runOf(second)?.metadata).toMatchObject({ citations_dropped: 1 });
    const feedback = hub.feedback().map(({ runId, key, score }) => ({ runId, key, score }));
    expect(feedback).toContainEqual({ runId: root?.id, key: 'answered', score: 1 });
    expect(feedback).toContainEqual({ runId: runOf(second)?.id, key: 'citations_dropped', score: 1 });
  });

  function runOf({ channelId, ts }: { channelId: string; ts: string }) {
    const id = runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs: ts });
    return hub.runs().find((run) => run.id === id);
  }
});

describe('an answer that was not found', () => {
  test('is recorded as feedback', async () => {
    const world = await startWorld();
    try {
      world.claude.reply(['[not found] I could not find who the mayor is.']);
      const { message } = await world.ask({ text: 'how long does the mayor take for a refund?' });
      await world.answerTo(message);
      await world.bot.stop();
      expect(world.langsmith.feedback()).toMatchObject([
        { key: 'answered', score: 0, extendsRetention: false },
      ]);
      const [turn] = await world.traces(message);
      expect(turn?.run.metadata).toMatchObject({ outcome: 'not_found', prompt_commit: 'local' });
    } finally {
      await world.close();
    }
  });
});
