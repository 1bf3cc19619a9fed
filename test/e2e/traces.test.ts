import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReceivedRun, ReceivedTree } from '../../src/playground/langsmith/received-run.js';
import type { Message } from '../../src/playground/slack/model.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { startWorld, type World } from '../support/world.js';

const VOTE = 'threadsmith_feedback';

describe('a Slack thread in LangSmith', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('is one thread: two turns, two traces, one session id on every run, tokens on the llm run only', async () => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message: first } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(first);
    const { message: second } = await world.ask({ text: 'and to which card?', threadTs: first.ts });
    await world.answerTo(second);

    const turns = await world.traces(first, 2);
    expect(turns).toHaveLength(2);
    expect(turns.map(({ run }) => run.id)).toEqual([runIdOf(first), runIdOf(second)]);
    for (const [index, turn] of turns.entries()) {
      const followUp = index > 0;
      expect(outline(turn)).toEqual([
        'langsmith_rag chain',
        ...(followUp ? ['  condense_question llm'] : []),
        '  retrieve_documents retriever',
        '  generate_response chain',
        '    call_anthropic llm',
      ]);
      for (const run of runsOf(turn)) expect(run.metadata.session_id).toBe(world.sessionId(first));
      const withTokens = runsOf(turn).filter(
        (run) => 'usage_metadata' in run.metadata || run.outputs?.usage_metadata,
      );
      expect(withTokens.map(({ name }) => name)).toEqual([
        ...(followUp ? ['condense_question'] : []),
        'call_anthropic',
      ]);
      const roots = runsOf(turn).filter(({ metadata }) => metadata.ls_agent_type === 'root');
      expect(roots.map(({ name }) => name)).toEqual(['langsmith_rag']);
    }
  });

  test('shows each run as the platform wants it', async () => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    const [turn] = await world.traces(message);
    const run = (name: string) => runsOf(turn).find((each) => each.name === name);

    expect(run('langsmith_rag')).toMatchObject({
      inputs: { messages: [{ role: 'user', content: 'how long does a refund take?' }] },
      outputs: { messages: [{ role: 'assistant', content: 'Within ten working days. [1]' }] },
      metadata: {
        team: 'T0LOCAL',
        channel: 'C0GENERAL',
        user: 'U0ADA',
        message_ts: message.ts,
        thread_ts: message.ts,
      },
    });
    expect(run('retrieve_documents')?.outputs?.documents).toContainEqual({
      page_content: expect.stringContaining('ten working days'),
      type: 'Document',
      metadata: expect.objectContaining({ title: 'Billing' }),
    });
    const formats = runsOf(turn).map(({ name, metadata }) => [name, metadata.ls_message_format]);
    // The thread's views read it off the root; a child that speaks with no model has none to tell.
    expect(Object.fromEntries(formats)).toEqual({
      langsmith_rag: 'anthropic',
      retrieve_documents: undefined,
      generate_response: undefined,
      call_anthropic: 'anthropic',
    });
    const llm = run('call_anthropic');
    expect(llm?.metadata).toMatchObject({ ls_provider: 'anthropic', ls_model_name: 'claude-sonnet-5-5' });
    expect(llm?.outputs?.usage_metadata).toMatchObject({
      // Anthropic's count excludes what came from the cache and went into it; LangSmith's includes both.
      input_tokens: 900 + 600 + 200,
      input_token_details: {
        cache_read: 600,
        ephemeral_5m_input_tokens: 50,
        ephemeral_1hr_input_tokens: 150,
      },
    });
    expect(llm?.events.filter(({ name }) => name === 'new_token')).toHaveLength(1);
    expect(JSON.stringify(llm?.outputs?.content)).toContain('search_result_location');
  });

  test('counts what an answer cost that was stopped', async () => {
    world.claude.reply(['Within ten working days', ' of the request. ', { waitFor: new Promise(() => {}) }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.slack.waitFor(() => world.thread(message)[1]?.text.startsWith('Within'));
    await world.slack.stop({ channel: message.channelId, user: 'U0ADA', threadTs: message.ts });
    const [turn] = await world.traces(message);
    const llm = runsOf(turn).find(({ name }) => name === 'call_anthropic');
    expect(llm?.error).toBe('Cancelled');
    expect(llm?.metadata).toMatchObject({ ls_model_name: 'claude-sonnet-5-5' });
    for (const usage of [llm?.metadata.usage_metadata, llm?.outputs?.usage_metadata])
      expect(usage).toMatchObject({
        input_tokens: 900 + 600 + 200,
        input_token_details: { cache_read: 600 },
      });
  });

  test('reads as one conversation of five turns, with what each cost once and what people thought of it', async () => {
    const questions = [
      'how long does a refund take?',
      'to which card?',
      'in euros?',
      'and abroad?',
      'who pays?',
    ];
    world.claude.condense(['How long does a refund take?']);
    let root: Message | undefined;
    for (const [index, text] of questions.entries()) {
      world.claude.reply([`Answer ${index}.`, { cite: 0 }]);
      const { message } = await world.ask({ text, ...(root && { threadTs: root.ts }) });
      root ??= message;
      const { ts, channelId } = await world.answerTo(message);
      const value = `${index % 2}:${runIdOf(message)}`;
      await world.slack.click({ channel: channelId, user: 'U0GRACE', ts, actionId: VOTE, value });
    }
    if (!root) throw new Error('nobody asked');
    const turns = await world.traces(root, 5);
    const asked = world.thread(root).filter(({ userId }) => userId === 'U0ADA');
    expect(turns.map(({ run }) => run.id)).toEqual(asked.map(runIdOf));
    expect(turns.map(({ run }) => [run.inputs.messages, run.outputs?.messages])).toEqual(
      questions.map((question, index) => [
        [{ role: 'user', content: question }],
        [{ role: 'assistant', content: `Answer ${index}. [1]` }],
      ]),
    );
    const sessionId = world.sessionId(root);
    const runs = turns.flatMap(runsOf);
    expect(runs).toHaveLength(4 + 4 * 5);
    for (const run of runs) expect(run.metadata).toMatchObject({ session_id: sessionId, thread_ts: root.ts });
    const counted = runs.filter(({ metadata }) => metadata.usage_metadata).map(({ name }) => name);
    expect(counted.filter((name) => name === 'call_anthropic')).toHaveLength(5);
    expect(counted.filter((name) => name === 'condense_question')).toHaveLength(4);
    expect(counted).toHaveLength(9);
    const condensing = runs.filter(({ name }) => name === 'condense_question');
    for (const { metadata } of condensing) expect(metadata.ls_agent_type).toBe('middleware');
    const votes = () =>
      asked.map((message) => {
        const given = world.langsmith.feedback().filter(({ runId }) => runId === runIdOf(message));
        return given.find(({ key }) => key === 'user_score')?.score;
      });
    await world.langsmith.waitFor(() => !votes().includes(undefined), 'five votes');
    expect(votes()).toEqual([0, 1, 0, 1, 0]);
    const permalinks = turns.map(({ run }) => String(run.metadata.permalink));
    const [first = '', second = ''] = permalinks;
    expect(first).toMatch(/^http.+\/archives\/C0GENERAL\/p\d{16}$/);
    expect(second).toContain(`thread_ts=${root.ts}&cid=C0GENERAL`);
    for (const { run } of turns)
      expect(run.metadata).toMatchObject({
        ...{ bot_version: expect.any(String), prompt_commit: 'local', outcome: 'answered' },
        ...{ index_version: expect.any(Number), retrieval_mode: 'keyword' },
      });
    const relevances = runs
      .filter(({ runType }) => runType === 'retriever')
      .map((run) => run.metadata.relevance);
    for (const relevance of relevances) expect(relevance).toBeTypeOf('number');
  });

  test('never mixes with the threads beside it', async () => {
    world.claude.reply(['An answer.']);
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, n) => world.ask({ text: `question number ${n} about refunds?` })),
    );
    for (const [n, { message }] of asked.entries()) {
      const [turn] = await world.traces(message);
      expect(runsOf(turn)).toHaveLength(4);
      expect(JSON.stringify(turn?.run.inputs)).toContain(`question number ${n} `);
      for (const run of runsOf(turn)) {
        expect(run.metadata.session_id).toBe(world.sessionId(message));
        expect(run.traceId).toBe(runIdOf(message));
      }
    }
  });

  test('takes a vote from the buttons, and a changed vote replaces it', async () => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const answer = await world.answerTo(message);
    await world.traces(message);
    const runId = runIdOf(message);
    const vote = (score: 0 | 1) =>
      world.slack.click({
        channel: answer.channelId,
        user: 'U0GRACE',
        ts: answer.ts,
        actionId: 'threadsmith_feedback',
        value: `${score}:${runId}`,
      });
    const feedback = () =>
      world.langsmith.feedback().filter((each) => each.runId === runId && each.key === 'user_score');

    await vote(1);
    await world.langsmith.waitFor(() => feedback()[0]?.score === 1, 'the first vote');
    await vote(0);
    await world.langsmith.waitFor(() => feedback()[0]?.score === 0, 'the changed vote');
    expect(feedback()).toHaveLength(1);
    expect(feedback()[0]).toMatchObject({ key: 'user_score', sourceType: 'app' });
    expect(JSON.stringify(feedback())).not.toContain('U0GRACE');
  });
});

function runIdOf({ channelId, ts }: { channelId: string; ts: string }): string {
  return runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs: ts });
}

function runsOf(tree: ReceivedTree | undefined): ReceivedRun[] {
  return tree ? [tree.run, ...tree.children.flatMap(runsOf)] : [];
}

function outline({ run, children }: ReceivedTree, indent = ''): string[] {
  return [
    `${indent}${run.name} ${run.runType}`,
    ...children.flatMap((child) => outline(child, `${indent}  `)),
  ];
}
