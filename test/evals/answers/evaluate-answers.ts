import type { Client } from 'langsmith';
import type { Config } from '../../../src/config.js';
import { ExpectedError } from '../../../src/errors.js';
import type { Log } from '../../../src/logger.js';
import { createAnthropicClient } from '../../../src/models/anthropic-client.js';
import { createClaude } from '../../../src/models/claude.js';
import { claudeRequestForTrace } from '../../../src/models/claude-request.js';
import { completionParams, createCompletion } from '../../../src/models/completion.js';
import { createExtractive } from '../../../src/models/extractive.js';
import { replyText } from '../../../src/rag/fixed-text.js';
import { LOCAL_PROMPT, type Prompt, RULES_FOR_ANY_PROMPT } from '../../../src/rag/prompt.js';
import { createCommandClient } from '../../../src/tracing/command-client.js';
import { pullPrompt } from '../../../src/tracing/pull-prompt.js';
import { callAnthropic } from '../../../src/tracing/runs/call-anthropic.js';
import { condenseQuestion } from '../../../src/tracing/runs/condense-question.js';
import { createTracer } from '../../../src/tracing/tracer.js';
import { openAiEmbedder } from '../retrieval/openai-embedder.js';
import { ownDocsSet } from '../retrieval/own-docs.js';
import { openAnswerChain } from './answer-chain.js';
import { claudeJudge } from './claude-judge.js';
import { asEvaluator, DETERMINISTIC } from './evaluators.js';
import { exampleOf } from './example-of.js';
import { experimentClient, experimentTracer, offlineClient } from './experiment-client.js';
import { createJudges } from './judges.js';
import { dropsIn, keepMeans, lastExperiment } from './last-experiment.js';
import { DOCS, type EvalQuestion } from './question-set.js';
import { requireExamples } from './require-examples.js';
import { type Experiment, runExperiment } from './run-experiment.js';
import { syncDataset } from './sync-dataset.js';

const DATASET = 'threadsmith-docs-answers';
const EVALUATORS = Object.values(DETERMINISTIC).map(asEvaluator);

/** Quoted answers, judged by what needs no model. Makes no request. */
export async function evaluateOffline(questions: readonly EvalQuestion[]): Promise<Experiment> {
  const label = (question: string) => replyText('noModel', question);
  const model = createExtractive({ label });
  const chain = await openAnswerChain({
    docs: DOCS,
    sectionsIn: ownDocsSet().judgedIn,
    model,
    tracer: createTracer(undefined),
  });
  try {
    return await runExperiment({
      client: offlineClient(),
      data: questions.map((question) => exampleOf(question, DATASET)),
      answer: chain.answer,
      evaluators: EVALUATORS,
    });
  } finally {
    await chain.close();
  }
}

export interface ExperimentSettings {
  /** One of LangSmith's own, such as the one that answers from Slack are added to. @default the shipped questions' */
  readonly dataset?: string | undefined;
  /** The folder to answer from. @default the product's documentation */
  readonly docs?: string | undefined;
  readonly anthropic: NonNullable<Config['anthropic']>;
  readonly langsmith: NonNullable<Config['langsmith']>;
  readonly judgeModel: string;
  /** How far a score may fall below the last good experiment's. @default 0.05 */
  readonly maxDrop?: number;
  readonly fetch: typeof globalThis.fetch;
  /** For OPENAI_API_KEY. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** Claude's answers as an experiment in LangSmith, over the shipped questions as a dataset there, with judges. */
export async function evaluateInLangSmith(
  questions: readonly EvalQuestion[],
  settings: ExperimentSettings,
): Promise<Experiment> {
  const {
    anthropic,
    langsmith,
    judgeModel,
    fetch,
    env,
    log,
    dataset,
    docs = DOCS,
    maxDrop = 0.05,
  } = settings;
  // Before anything is paid for: what is wrong with the key or the dataset.
  const last = await comparable(questions, createCommandClient({ ...langsmith, fetch }), dataset);
  const client = experimentClient(langsmith, fetch);
  const claude = createAnthropicClient({ ...anthropic, fetch });
  const tracer = experimentTracer(client);
  const { model, condenseModel } = anthropic;
  const answering = callAnthropic({ model, request: (request) => claudeRequestForTrace(model, request) });
  const condensing = condenseQuestion({
    model: condenseModel,
    request: (request) => completionParams(condenseModel, request),
  });
  const embedder = openAiEmbedder(env)?.embedder;
  const prompt = await promptOf(langsmith.prompt, client, log);
  const chain = await openAnswerChain({
    docs,
    sectionsIn: docs === DOCS ? ownDocsSet().judgedIn : () => [],
    model: tracer.tracedStream(answering, createClaude({ client: claude, model })),
    complete: tracer.traced(condensing, createCompletion({ client: claude, model: condenseModel })),
    embedder,
    prompt,
    tracer,
  });
  try {
    const experiment = await runExperiment({
      client,
      data: dataset ?? DATASET,
      answer: chain.answer,
      evaluators: EVALUATORS,
      judges: createJudges(claudeJudge(claude, judgeModel), judgeModel),
      upload: {
        prefix: 'threadsmith-answers',
        metadata: {
          ...{ model, condense_model: condenseModel, judge_model: judgeModel },
          ...{ embedding_model: embedder?.model ?? 'none', prompt_commit: prompt.commit ?? 'local' },
        },
      },
    });
    const drops = dropsIn({ ...experiment, last }, maxDrop);
    if (drops.length === 0) await keepMeans(client, experiment);
    return { ...experiment, last, drops };
  } finally {
    await chain.close();
  }
}

/** Makes sure that there is something to ask. @returns what to compare the answers with */
async function comparable(questions: readonly EvalQuestion[], client: Client, dataset: string | undefined) {
  if (dataset === undefined) await syncDataset(client, DATASET, questions);
  else await requireExamples(client, dataset);
  return lastExperiment(client, dataset ?? DATASET);
}

/** The very prompt that is asked for: another one's figures would be taken for its own. */
async function promptOf(
  name: string | undefined,
  client: ReturnType<typeof experimentClient>,
  log: Log,
): Promise<Prompt> {
  if (name === undefined) return LOCAL_PROMPT;
  const pulled = await pullPrompt({
    client,
    name,
    local: LOCAL_PROMPT,
    rules: RULES_FOR_ANY_PROMPT,
    log,
    patienceMs: 30_000,
  });
  pulled.stop();
  if (pulled.current().commit === undefined)
    throw new ExpectedError(`LANGSMITH_PROMPT must be a prompt that can be used, got "${name}": see above.`);
  return pulled.current();
}
