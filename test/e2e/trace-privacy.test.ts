import { afterEach, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config.js';
import type { Message } from '../../src/playground/slack/model.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { newDirectory } from '../support/new-directory.js';
import { keyLines, privateKey } from '../support/private-key.js';
import { startWorld, type World } from '../support/world.js';

const SECRETS = {
  question: `xoxb-${'1234567890-'.repeat(2)}question`,
  attachment: `ghp_${'a1B2'.repeat(9)}`,
  document: `sk-ant-api03-${'d0C4'.repeat(8)}`,
  answer: `lsv2_pt_${'0123456789abcdef'.repeat(2)}_0123456789`,
  failure: `AKIA${'ABCD1234'.repeat(2)}`,
  private: `xapp-1-A0123-${'456789'.repeat(4)}`,
};
const ADDRESSES = ['asker@people.example', 'author@docs.example', 'claude@answers.example'];
/** Words of people, of a document and of the model that stand nowhere else. */
const WORDS = {
  question: 'zebrafinch',
  fileName: 'quokka-salaries',
  attachment: 'axolotl',
  document: 'pangolin',
  answer: 'capybara',
  followUp: 'wombat',
  rewritten: 'numbat',
  failing: 'ocelot',
  private: 'tapir',
  title: 'Aardvark',
  path: 'aardvark.md',
};

let world: World;
afterEach(() => world?.close());

const rules = (env: Record<string, string>): Config['traces'] => readConfig(env).traces ?? undefined;

async function start(env: Record<string, string>): Promise<World> {
  const traces = rules(env);
  world = await startWorld({ config: (config) => ({ ...config, ...(traces && { traces }) }) });
  const text = `# ${WORDS.title}\n\nThe ${WORDS.document} ${WORDS.question} uses ${SECRETS.document}, ask ${ADDRESSES[1]}.\n`;
  const folder = await newDirectory({ 'aardvark.md': text });
  await world.bot.documents.add(folder, { name: 'more', signal: new AbortController().signal });
  world.claude.condense([`What is a ${WORDS.rewritten} ${WORDS.question} ${WORDS.document}?`]);
  world.claude.reply([`A ${WORDS.answer}: ${SECRETS.answer}, ask ${ADDRESSES[2]}.`, { cite: 0 }]);
  return world;
}

/** Every way that words take to a trace: question, file, thread, documents, model, rewriting, a failure, a private question. */
async function converse(channel: string): Promise<Message> {
  const text = `what is the ${WORDS.question} ${WORDS.document}? ${SECRETS.question} ${ADDRESSES[0]}`;
  const file = `${WORDS.attachment} ${SECRETS.attachment}`;
  const files = [{ name: `${WORDS.fileName}.txt`, mimetype: 'text/plain', content: file }];
  const { message } = await world.ask({ channel, text, files });
  await world.answerTo(message);
  const followUp = await world.ask({
    channel,
    text: `and the ${WORDS.followUp} of U0GRACE?`,
    threadTs: message.ts,
  });
  await world.answerTo(followUp.message);
  world.claude.reply([`Begun ${WORDS.answer}`, { error: `${WORDS.failing} ${SECRETS.failure}` }]);
  const failing = await world.ask({
    channel,
    text: `${WORDS.failing} ${WORDS.document}?`,
    threadTs: message.ts,
  });
  await world.answerTo(failing.message);
  const command = `what is the ${WORDS.private} ${WORDS.document}? ${SECRETS.private}`;
  await world.slack.command({ channel, user: 'U0ADA', command: '/threadsmith', text: command });
  await world.traces(message, 3);
  await world.langsmith.waitFor(
    () =>
      world.langsmith.runs().filter(({ name, endTime }) => name === 'langsmith_rag' && endTime).length === 4,
    'the private question',
  );
  return message;
}

/** Which of these are in the bytes that LangSmith got. */
function received(texts: Iterable<string>): string[] {
  const bytes = world.langsmith.received();
  return [...texts].filter((text) => bytes.includes(text));
}

/** Whatever is masked, the conversation stays one thread with its ids. */
function expectIds(root: Message): void {
  const turns = world.langsmith.thread(world.sessionId(root));
  expect(turns).toHaveLength(3);
  const { channelId, ts: messageTs } = root;
  expect(turns[0]?.run.id).toBe(runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs }));
  expect(turns[0]?.run.metadata).toMatchObject({
    team: 'T0LOCAL',
    channel: channelId,
    message_ts: messageTs,
    thread_ts: messageTs,
    permalink: expect.stringMatching(`/archives/${channelId}/p${messageTs.replace('.', '')}$`),
    prompt_commit: 'local',
    index_version: expect.any(Number),
    retrieval_mode: 'keyword',
  });
  const llm = world.langsmith.runs().filter(({ runType }) => runType === 'llm');
  expect(llm.length).toBeGreaterThanOrEqual(5);
  expect(llm.filter(({ metadata }) => metadata.usage_metadata).length).toBeGreaterThanOrEqual(4);
  for (const { metadata } of world.langsmith.runs()) expect(metadata.session_id).toBeDefined();
}

describe('what reaches LangSmith of a conversation', () => {
  test('in full: all but the secrets', async () => {
    await start({ TRACE_CONTENT: 'full' });
    expectIds(await converse('C0GENERAL'));
    expect(received(Object.values(SECRETS))).toEqual([]);
    expect(received(ADDRESSES)).toEqual(ADDRESSES);
    const { attachment: _content, ...words } = WORDS;
    expect(received(Object.values(words))).toEqual(Object.values(words));
  });

  test('masked: no e-mail addresses either', async () => {
    await start({});
    expectIds(await converse('C0GENERAL'));
    expect(received(Object.values(SECRETS))).toEqual([]);
    expect(received(ADDRESSES)).toEqual([]);
    const { attachment: _content, ...words } = WORDS;
    expect(received(Object.values(words))).toEqual(Object.values(words));
  });

  test('none: ids, tokens and times, and nobody’s words', async () => {
    await start({ TRACE_CONTENT: 'none' });
    expectIds(await converse('C0GENERAL'));
    expect(received([...Object.values(SECRETS), ...ADDRESSES, ...Object.values(WORDS)])).toEqual([]);
    expect(received(['Answer in at most three sentences'])).toEqual([]);
    const documents = world.langsmith.runs().flatMap(({ outputs }) => outputs?.documents ?? []);
    expect(documents).toContainEqual({
      page_content: '',
      type: 'Document',
      metadata: { id: expect.stringMatching(/^[0-9a-f]{32}$/), score: expect.any(Number) },
    });
  });

  test('differs with the kind of the conversation, and only the channels that no event names are looked up', async () => {
    await start({ TRACE_CONTENT: 'full,private=masked,dm=none' });
    const lookups = () => world.slack.calls('conversations.info').length;
    const before = lookups();
    for (const channel of ['C0GENERAL', 'G0PRIVATE', 'G0GROUP', 'D0ADA']) {
      const { message } = await world.ask({ channel, text: `what is the ${WORDS.document} ${channel}?` });
      await world.answerTo(message);
      await world.traces(message);
    }
    const answers = world.langsmith
      .runs()
      .filter(({ name }) => name === 'langsmith_rag')
      .map(({ inputs, outputs }) => JSON.stringify([inputs, outputs]));
    expect(answers[0]).toContain(ADDRESSES[2]);
    expect(answers[1]).toContain('[email]');
    for (const answer of answers.slice(2)) {
      expect(answer).not.toContain(WORDS.answer);
      expect(answer).toContain('[not recorded]');
    }
    expect(lookups() - before).toBeLessThanOrEqual(6);
    await world.slack.command({
      channel: 'C0GENERAL',
      user: 'U0ADA',
      command: '/threadsmith',
      text: WORDS.private,
    });
    await world.langsmith.waitFor(
      () =>
        world.langsmith.runs().filter(({ name, endTime }) => name === 'langsmith_rag' && endTime).length ===
        5,
      'the private question',
    );
    expect(received([WORDS.private])).toEqual([]);
  });

  test.each([
    ['as it is', (key: string) => key],
    ['in a code block', (key: string) => `\`\`\`\n${key}\n\`\`\``],
  ])(
    'of a private key in a document no line, whatever pieces it was cut into: %s',
    async (_name, written) => {
      world = await startWorld();
      const text = `# Gateway\n\nThe ${WORDS.document} gateway key is:\n\n${written(privateKey({ lines: 50 }))}\n\nUse it for ${WORDS.document}s.\n`;
      const folder = await newDirectory({ 'gateway.md': text });
      await world.bot.documents.add(folder, { name: 'more', signal: new AbortController().signal });
      world.claude.reply([`It is ${privateKey({ lines: 50 })}`, { cite: 0 }]);
      const { message } = await world.ask({ text: `what is the ${WORDS.document} gateway key?` });
      await world.answerTo(message);
      await world.traces(message);
      expect(received(keyLines({ lines: 50 }))).toEqual([]);
      const passages = world.langsmith
        .runs()
        .flatMap(({ outputs }) => outputs?.documents ?? [])
        .map((document) => JSON.stringify(document));
      expect(passages.join()).toContain('gateway key is:');
      expect(passages.join()).toContain('[SECRET_DETECTED]');
      expect(passages.join()).toContain(`Use it for ${WORDS.document}s.`);
    },
  );

  test('with a key for user ids: no id of a person, the same name in every turn', async () => {
    await start({ TRACE_CONTENT: 'full', TRACE_USER_KEY: 'a key of sixteen characters' });
    const root = await converse('C0GENERAL');
    expectIds(root);
    expect(received(['U0ADA'])).toEqual([]);
    const turns = world.langsmith.thread(world.sessionId(root));
    const users = new Set(turns.map(({ run }) => run.metadata.user));
    expect([...users]).toEqual([expect.stringMatching(/^user_[0-9a-f]{16}$/)]);
    expect(received([`${[...users][0]} wrote:`])).toHaveLength(1);
  });

  test('is nothing of a thread that is not sampled, whose votes are answered all the same', async () => {
    await start({ TRACE_SAMPLE_RATE: '0' });
    const { message } = await world.ask({ text: `what is the ${WORDS.document}?` });
    const { ts, channelId } = await world.answerTo(message);
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs: message.ts });
    await world.slack.click({
      channel: channelId,
      user: 'U0GRACE',
      ts,
      actionId: 'threadsmith_feedback',
      value: `1:${runId}`,
    });
    await world.bot.stop();
    expect(world.langsmith.requests()).toEqual([]);
    expect(world.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});
