import { createHook } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'langsmith';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../../src/network.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { addExample } from '../../src/tracing/add-example.js';
import { evaluateInLangSmith, evaluateOffline } from '../evals/answers/evaluate-answers.js';
import { dropsIn } from '../evals/answers/last-experiment.js';
import { readQuestionSet } from '../evals/answers/question-set.js';
import { meansOf } from '../evals/answers/render-results.js';
import { type ClaudeReplay, startClaudeReplay } from '../support/claude-replay.js';

const MAIN = fileURLToPath(new URL('../evals/answers/main.ts', import.meta.url));
const questions = readQuestionSet();

/** What a request begins with: a connection, or the look-up of a name. */
const BEGINNINGS = new Set([
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
  'GETADDRINFOREQWRAP',
  'QUERYWRAP',
  'UDPWRAP',
]);

/** The connections that are begun while something runs. */
async function connectionsOf<Value>(work: () => Promise<Value>): Promise<[Value, string[]]> {
  const begun: string[] = [];
  const hook = createHook({
    init(_id, type) {
      if (BEGINNINGS.has(type)) begun.push(type);
    },
  }).enable();
  try {
    return [await work(), begun];
  } finally {
    hook.disable();
  }
}

describe('the shipped questions', () => {
  it('are many, of every kind, and name sections that are there', () => {
    expect(questions.length).toBeGreaterThanOrEqual(40);
    expect(questions.filter(({ sections }) => sections.length === 0).length).toBeGreaterThanOrEqual(8);
    expect(questions.filter(({ turns }) => turns.length > 0).length).toBeGreaterThanOrEqual(5);
    expect(new Set(questions.map(({ language }) => language)).size).toBeGreaterThanOrEqual(5);
  });
});

describe('the evaluation without keys', () => {
  it('holds its floors and makes no request', { timeout: 60_000 }, async () => {
    const [{ answers, name }, begun] = await connectionsOf(() => evaluateOffline(questions));
    expect(begun).toEqual([]);
    expect(name).toBeUndefined();
    const means = meansOf(answers);
    expect(answers.map(({ id }) => id)).toEqual(questions.map(({ id }) => id));
    expect(means.not_found?.mean).toBeGreaterThanOrEqual(0.8);
    expect(means.citation_validity).toMatchObject({ mean: 1 });
    expect(means.citation_validity?.answers).toBeGreaterThanOrEqual(30);
    expect(means.retrieved?.mean).toBeGreaterThanOrEqual(0.95);
    expect(means.right_source?.mean).toBeGreaterThanOrEqual(0.7);
    expect(means.language?.mean).toBeGreaterThanOrEqual(0.9);
  });

  it('would have seen a request', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const [, begun] = await connectionsOf(() => fetch(`http://127.0.0.1:${port}`));
    server.closeAllConnections();
    server.close();
    expect(begun).toContain('TCPCONNECTWRAP');
  });

  it('is a command that prints one object', { timeout: 60_000 }, async () => {
    const { stdout, stderr } = await run(['--offline', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      questions: questions.length,
      scores: { not_found: { mean: expect.any(Number), answers: questions.length } },
      answers: expect.arrayContaining([expect.objectContaining({ id: 'node', scores: expect.any(Object) })]),
    });
    expect(stderr).not.toContain('on_end');
  });

  it('takes no options that do not go together', { timeout: 240_000 }, async () => {
    for (const [args, problem] of [
      [['--nonsense'], "Unknown option '--nonsense'"],
      [['--offline', '--dataset', 'd'], '--offline asks the shipped questions'],
      [['--offline', '--docs', 'docs'], '--offline asks the shipped questions'],
      [['--dataset', ''], '--dataset must be some text'],
      [['--offline', '--max-drop= '], '--max-drop must be a number from 0 to 1, got " "'],
    ] as const)
      await expect(run(args)).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(problem),
      });
  });
});

/** Rejects where the exit code is not 0. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', MAIN, ...args], { env });
}

describe('a comparison', () => {
  const answers = [{ id: 'a', question: 'Why?', scores: { correctness: 0.5 }, comments: {} }];
  const against = (means: Record<string, number>, maxDrop: number) =>
    dropsIn({ answers, last: { name: 'before', means } }, maxDrop);

  it('finds what fell by more than it may, and what is no longer given', () => {
    expect(against({ correctness: 0.55 }, 0.05)).toEqual([]);
    expect(against({ correctness: 0.56 }, 0.05)).toEqual([
      'correctness fell from 0.560 to 0.500, more than 0.05',
    ]);
    expect(against({ groundedness: 0.04 }, 0.05)).toEqual(['groundedness is no longer given, was 0.040']);
    expect(against({ correctness: 1, groundedness: 1 }, 1)).toEqual([]);
  });
});

describe('the evaluation with keys', () => {
  let langsmith: LangSmithRecorder;
  let claude: ClaudeReplay;
  const network = createNetwork({});
  afterAll(() => network.close());
  beforeEach(async () => {
    [langsmith, claude] = await Promise.all([startLangSmithRecorder(), startClaudeReplay()]);
    vi.spyOn(console, 'log').mockImplementation(() => {});
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all([langsmith.close(), claude.close()]);
  });

  const some = questions.filter(({ id }) => ['node', 'turn-days', 'none-capital', 'de-restart'].includes(id));

  function evaluate(set = some) {
    const { endpoint, apiKey } = langsmith;
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    return evaluateInLangSmith(set, {
      anthropic: {
        apiKey: 'sk-ant-test',
        model: 'claude-sonnet-5-5',
        condenseModel: 'claude-haiku-5-5',
        baseUrl: claude.baseUrl,
      },
      langsmith: { apiKey, endpoint, project: 'the-bot' },
      judgeModel: 'claude-opus-5-5',
      fetch: network.fetch,
      env: {},
      log: silent,
    });
  }

  it('runs a dataset of answers from Slack, and exits 1 when a score falls by more than it may', {
    timeout: 240_000,
  }, async () => {
    const { endpoint, apiKey } = langsmith;
    const client = new Client({ apiKey, apiUrl: endpoint });
    await client.createProject({ projectName: 'the-bot' });
    const turn = { runId: v7(), question: 'Does INGEST_EVERY take days?', answer: 'It does.' };
    await addExample(client, { dataset: 'from-slack', turn, before: [], answer: 'Yes, like 1d.' });

    let citationPrecision = 1;
    claude.reply((body) => {
      if (!body.output_config?.format) return ['It does.', { cite: 0 }];
      const score = JSON.stringify(body).includes('check the citations') ? citationPrecision : 1;
      return ['{"reasoning":"It is.","score":', `${score}}`];
    });
    const env = {
      ...process.env,
      ...{ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.baseUrl },
      ...{ LANGSMITH_API_KEY: apiKey, LANGSMITH_ENDPOINT: endpoint, LANGSMITH_TRACING: 'true' },
    };
    const evaluated = () => run(['--dataset', 'from-slack', '--json'], env);

    const first = await evaluated();
    const results = JSON.parse(first.stdout);
    expect(results).toMatchObject({ questions: 1, scores: { correctness: { mean: 1, answers: 1 } } });
    expect(first.stderr).not.toContain('Compared with');

    // As far as it may, which is a little more in binary.
    citationPrecision = 0.95;
    const second = await evaluated();
    expect(second.stderr).toContain(`Compared with ${results.experiment}: no drop.`);

    const third = await evaluated();
    expect(third.stderr).toContain(`Compared with ${JSON.parse(second.stdout).experiment}: no drop.`);

    citationPrecision = 0.89;
    const drop = {
      code: 1,
      stdout: expect.stringContaining('"mean": 0.89'),
      stderr: expect.stringContaining(
        `Compared with ${JSON.parse(third.stdout).experiment}: citation_precision fell from 0.950 to 0.890, more than 0.05.`,
      ),
    };
    await expect(evaluated()).rejects.toMatchObject(drop);
    // To run it again is no way out; to say that the new figures are good is.
    await expect(evaluated()).rejects.toMatchObject(drop);
    const accepted = await run(['--dataset', 'from-slack', '--json', '--max-drop', '1'], env);
    const after = await evaluated();
    expect(after.stderr).toContain(`Compared with ${JSON.parse(accepted.stdout).experiment}: no drop.`);
  });

  it('says in a sentence what is wrong with a dataset or the key, before anything is asked', {
    timeout: 120_000,
  }, async () => {
    const { endpoint, apiKey } = langsmith;
    await new Client({ apiKey, apiUrl: endpoint }).createDataset('empty');
    const env = {
      ...process.env,
      ...{ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.baseUrl },
      ...{ LANGSMITH_API_KEY: apiKey, LANGSMITH_ENDPOINT: endpoint, LANGSMITH_TRACING: 'true' },
    };
    for (const [name, problem, more] of [
      ['nowhere', 'must name a dataset that LangSmith has, got "nowhere"', {}],
      ['empty', 'must name a dataset with examples, got none in "empty"', {}],
      ['empty', 'LANGSMITH_API_KEY must be a key that', { LANGSMITH_API_KEY: 'lsv2_pt_wrong' }],
    ] as const)
      await expect(run(['--dataset', name], { ...env, ...more })).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^[^\\n]*${problem}[^\\n]*\\n$`)),
      });
    expect(claude.requests).toEqual([]);
  });

  it('is an experiment over a dataset, with judges, apart from the bot’s project', {
    timeout: 60_000,
  }, async () => {
    claude.reply((body) => {
      if (body.output_config?.format) return ['{"reasoning":"It does.","score":', '1}'];
      if (body.model === 'claude-haiku-5-5') return ['Does INGEST_EVERY take days?'];
      return ['It says so.', { cite: 0 }];
    });
    const { name, answers } = await evaluate();

    const experiment = langsmith.projects().find((project) => project.name === name);
    expect(experiment?.metadata).toMatchObject({
      model: 'claude-sonnet-5-5',
      judge_model: 'claude-opus-5-5',
      prompt_commit: 'local',
      embedding_model: 'none',
    });
    const examples = langsmith.examples();
    expect(examples.map(({ metadata }) => metadata.id).sort()).toEqual(some.map(({ id }) => id).sort());
    expect(experiment?.datasetId).toBe(examples[0]?.datasetId);

    const runs = langsmith.runs();
    expect(new Set(runs.map(({ projectName }) => projectName))).toEqual(new Set([name, 'evaluators']));
    const ofExperiment = runs.filter(({ projectName }) => projectName === name);
    const roots = ofExperiment.filter(({ parentRunId }) => parentRunId === undefined);
    expect(roots).toHaveLength(some.length);
    expect(new Set(ofExperiment.map((each) => each.name))).toEqual(
      new Set([
        roots[0]?.name,
        'condense_question',
        'retrieve_documents',
        'generate_response',
        'call_anthropic',
      ]),
    );
    const asked = claude.requests.filter(
      ({ body }) => body.model === 'claude-sonnet-5-5' && !body.output_config?.format,
    );
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(ofExperiment.filter((each) => each.name === 'call_anthropic')).toHaveLength(asked.length);
    for (const run of runs) expect(run.metadata.session_id).toBeUndefined();

    const keys = new Set(langsmith.feedback().map(({ key }) => key));
    for (const key of ['correctness', 'groundedness', 'citation_precision', 'not_found', 'citation_validity'])
      expect(keys).toContain(key);
    for (const { runId } of langsmith.feedback()) expect(roots.map(({ id }) => id)).toContain(runId);
    const node = answers.find(({ id }) => id === 'node');
    expect(node?.scores).toMatchObject({
      correctness: 1,
      groundedness: 1,
      citation_precision: 1,
      retrieved: 1,
    });
    expect(node?.comments.correctness).toBe('It does.');
    const judged = claude.requests.filter(({ body }) => body.output_config?.format);
    expect(new Set(judged.map(({ body }) => body.model))).toEqual(new Set(['claude-opus-5-5']));
    expect(JSON.stringify(judged.map(({ body }) => body))).toContain('It says so. [1]');
  });

  it('keeps the dataset as the shipped set is, and what others added to it', {
    timeout: 60_000,
  }, async () => {
    claude.reply((body) =>
      body.output_config?.format ? ['{"reasoning":"","score":1}'] : ['Yes.', { cite: 0 }],
    );
    const [first, second] = questions;
    if (!first || !second) throw new Error('expected two questions');
    await evaluate([first, second]);
    const before = langsmith.examples();
    const client = new Client({ apiUrl: langsmith.endpoint, apiKey: langsmith.apiKey });
    const added = { question: 'How many passages does the model get?' };
    await client.createExamples([
      {
        dataset_id: before[0]?.datasetId ?? '',
        inputs: added,
        outputs: { answer: 'Some.', sections: [], language: 'en', long: false },
      },
    ]);
    await evaluate([{ ...first, answer: 'Another.' }]);
    const [kept, theirs, ...others] = langsmith.examples();
    expect(others).toEqual([]);
    expect(before.map(({ id }) => id)).toContain(kept?.id);
    expect(kept?.outputs).toMatchObject({ answer: 'Another.' });
    expect(theirs?.inputs).toEqual(added);
  });

  it('fails as a whole when an answer is not judged', { timeout: 60_000 }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    claude.reply((body) => (body.output_config?.format ? ['no judgement'] : ['Yes.', { cite: 0 }]));
    await expect(evaluate(some.slice(0, 1))).rejects.toThrow(
      /every question must be answered and judged, got/,
    );
  });
});
