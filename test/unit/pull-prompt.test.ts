import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/logger.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { createLangSmithClient } from '../../src/tracing/client.js';
import { promptText } from '../../src/tracing/prompt-text.js';
import { type PulledPrompt, type PullPromptOptions, pullPrompt } from '../../src/tracing/pull-prompt.js';

const NAME = 'team/threadsmith-answer:prod';
const LOCAL = { system: 'The local one.' };

const object = (name: string, kwargs: object) => ({
  ...{ lc: 1, type: 'constructor', id: ['langchain', 'prompts', 'chat', name] },
  kwargs,
});
const template = (text: unknown, format?: string) =>
  object('PromptTemplate', {
    input_variables: [],
    template: text,
    ...(format && { template_format: format }),
  });
const system = (prompt: unknown) => object('SystemMessagePromptTemplate', { prompt });
const human = object('HumanMessagePromptTemplate', { prompt: template('{question}') });
const chat = (...messages: object[]) => object('ChatPromptTemplate', { messages });

describe('the text of a prompt from the hub', () => {
  it.each([
    ['of a chat prompt its system message', chat(system(template('Be short.')), human), 'Be short.'],
    ['of a plain prompt all of it', template('Be short.'), 'Be short.'],
    [
      'of several system messages all',
      chat(system(template('One.')), system(template('Two.'))),
      'One.\n\nTwo.',
    ],
    ['of a message in parts all parts', chat(system([template('One.'), template('Two.')])), 'One.\n\nTwo.'],
    [
      'of a message that is no template, as it is',
      chat(object('SystemMessage', { content: 'A {brace}.' })),
      'A {brace}.',
    ],
    [
      'of content blocks their text',
      chat(object('SystemMessage', { content: [{ type: 'text', text: 'B.' }] })),
      'B.',
    ],
    [
      'of a role that is named',
      chat(object('ChatMessagePromptTemplate', { role: 'system', prompt: template('R.') })),
      'R.',
    ],
    [
      'of a structured prompt the same',
      object('StructuredPrompt', { messages: [system(template('S.'))] }),
      'S.',
    ],
    [
      'of a prompt with its model the prompt',
      object('RunnableSequence', { first: chat(system(template('P.'))) }),
      'P.',
    ],
    ['with doubled braces as single ones', template('Like {{"a": 1}}.'), 'Like {"a": 1}.'],
    ['of mustache with single braces', template('Like {"a": 1}.{{! why }}', 'mustache'), 'Like {"a": 1}.'],
  ])('is %s', async (_what, manifest, text) => {
    expect(await promptText(manifest)).toBe(text);
  });

  it.each([
    [chat(human), 'must have a system message, got HumanMessagePromptTemplate'],
    [chat(), 'must have a system message, got no messages'],
    [template('Use {context} for {question}.'), 'no variables, got {context}, {question}'],
    [template('Use {{context}}.', 'mustache'), 'no variables, got {context}'],
    [template('Use {{#docs}}{{.}}{{/docs}}.', 'mustache'), 'no variables, got {docs}'],
    [template('{{=<% %>=}}<% x %>', 'mustache'), 'keep the delimiters'],
    [template('Use {{ x }}.', 'jinja2'), 'f-string or mustache, got jinja2'],
    [template('A single } brace.'), "Single '}' in template"],
    [template('  '), 'got an empty system message'],
    [template(7), 'its template must be text'],
    [chat(system(object('ImagePromptTemplate', {}))), 'must be text, got ImagePromptTemplate'],
    [chat(object('SystemMessage', { content: [{ type: 'image_url' }] })), 'must be text'],
    [object('ChatOpenAI', {}), 'a chat prompt or a prompt, got ChatOpenAI'],
    [{ template: 'Be short.' }, 'got no serialised prompt'],
    [null, 'got no serialised prompt'],
  ])('is refused with a reason: %#', async (manifest, reason) => {
    await expect(promptText(manifest)).rejects.toThrow(reason);
  });
});

describe('a prompt from the hub', () => {
  let recorder: LangSmithRecorder;
  let lines: [level: string, fields: object, message: string][];
  let pulled: PulledPrompt | undefined;
  beforeEach(async () => {
    recorder = await startLangSmithRecorder();
    lines = [];
  });
  afterEach(async () => {
    pulled?.stop();
    await recorder.close();
  });

  async function pull(options: Partial<PullPromptOptions> = {}): Promise<PulledPrompt> {
    const note = (level: string) => (fields: object, message: string) =>
      void lines.push([level, fields, message]);
    const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    const { endpoint, apiKey } = recorder;
    const client = createLangSmithClient({ endpoint, apiKey, log }).direct;
    pulled = await pullPrompt({ client, name: NAME, local: LOCAL, rules: 'The rules.', log, ...options });
    return pulled;
  }

  it('takes the place of the local one, with the rules at its end and its commit', async () => {
    recorder.promotePrompt(NAME, { commit: 'c1', manifest: template('Be short.') });
    const prompt = await pull();
    expect(prompt.current()).toEqual({ name: NAME, commit: 'c1', system: 'Be short.\n\nThe rules.' });
    expect(lines).toEqual([['info', { prompt: NAME, commit: 'c1' }, expect.any(String)]]);
  });

  it('arrives anew when another is promoted, and a worse one does not', async () => {
    recorder.promotePrompt(NAME, { commit: 'c1', manifest: template('First.') });
    const prompt = await pull({ everyMs: 5 });
    recorder.promotePrompt(NAME, { commit: 'c2', manifest: template('Second.') });
    await recorder.waitFor(() => prompt.current().commit === 'c2', 'the promoted prompt');
    recorder.promotePrompt(NAME, { commit: 'c3', manifest: template('For {customer}.') });
    await recorder.waitFor(() => lines.some(([level]) => level === 'warn'), 'a warning');
    const asked = recorder.requests().length;
    await recorder.waitFor(() => recorder.requests().length > asked + 2, 'further pulls');
    expect(prompt.current()).toMatchObject({ commit: 'c2', system: 'Second.\n\nThe rules.' });
    const reason = expect.stringContaining('no variables, got {customer}');
    expect(lines.filter(([level]) => level === 'warn')).toEqual([
      ['warn', { prompt: NAME, commit: 'c2', reason }, expect.stringContaining('the prompt before it')],
    ]);
    prompt.stop();
  });

  it.each([
    ['is not there', undefined, '404'],
    ['is refused', { status: 401 }, '401'],
    ['does not come in time', { hang: true }, 'within 50 ms'],
  ] as const)('leaves the local one in its place when it %s', async (_what, fault, reason) => {
    if (fault) recorder.fail(fault, { on: 'prompts' });
    const prompt = await pull({ patienceMs: fault && 'hang' in fault ? 50 : 10_000 });
    expect(prompt.current()).toBe(LOCAL);
    expect(lines).toEqual([
      ['warn', expect.objectContaining({ reason: expect.stringContaining(reason) }), expect.any(String)],
    ]);
  });

  it('is used when it comes late', async () => {
    recorder.promotePrompt(NAME, { commit: 'c1', manifest: template('Late.') });
    recorder.fail({ delayMs: 100 }, { on: 'prompts' });
    const prompt = await pull({ patienceMs: 10 });
    expect(prompt.current()).toBe(LOCAL);
    await recorder.waitFor(() => recorder.requests().some(({ status }) => status === 200), 'the late prompt');
    await expect.poll(() => prompt.current().commit).toBe('c1');
  });
});
