import { parseArgs } from 'node:util';
import { config as loadEnvFile } from 'dotenv';
import { failCommand } from '../../../src/cli/fail-command.js';
import { readConfig } from '../../../src/config.js';
import { ExpectedError } from '../../../src/errors.js';
import { createLogger } from '../../../src/logger.js';
import { createNetwork } from '../../../src/network.js';
import { evaluateInLangSmith, evaluateOffline } from './evaluate-answers.js';
import { readQuestionSet } from './question-set.js';
import { renderResults, resultsToJson } from './render-results.js';
import type { Experiment } from './run-experiment.js';

const USAGE = `npm run eval:answers [-- options]
  --offline            quoted answers and no request, even with keys
  --judge-model model  the Claude model that judges (default: claude-sonnet-5-5)
  --dataset name       a dataset in LangSmith, such as the one that answers from Slack are added to, instead of the shipped
                       questions; with --docs the folder to answer from (default: the product's own documentation)
  --max-drop share     how far a score may fall below the dataset's last experiment that was good; more exits 1, and the next
                       one is compared with the good one again; 1 takes the new figures as good (default: 0.05)
  --json               one object on stdout: { experiment, questions, scores, answers }; npm's own lines are left out by
                       npm run --silent
With ANTHROPIC_API_KEY and LANGSMITH_API_KEY, in the environment or in .env, Claude answers the shipped questions as an
experiment in LangSmith and judges them: some 200 requests, about two dollars. With OPENAI_API_KEY passages are also searched
by meaning. Without the two keys the answers are quoted passages, and nothing is sent anywhere.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      offline: { type: 'boolean', default: false },
      'judge-model': { type: 'string', default: 'claude-sonnet-5-5' },
      dataset: { type: 'string' },
      docs: { type: 'string' },
      'max-drop': { type: 'string', default: '0.05' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  // LangSmith's SDK tells of the experiment on stdout, which is for the results.
  console.log = console.error;
  const { offline, dataset, docs, 'judge-model': judgeModel, 'max-drop': given } = values;
  const maxDrop = Number(given);
  if (given.trim() === '' || !(maxDrop >= 0 && maxDrop <= 1))
    throw new ExpectedError(`--max-drop must be a number from 0 to 1, got "${given}".`);
  for (const [name, value] of Object.entries({ dataset, docs })) {
    if (value?.trim() === '') throw new ExpectedError(`--${name} must be some text, got "${value}".`);
    if (offline && value !== undefined)
      throw new ExpectedError(
        `--offline asks the shipped questions: expected it without --${name}, got both.`,
      );
  }
  const experiment = await evaluate({ offline, judgeModel, dataset, docs, maxDrop });
  const text = values.json ? JSON.stringify(resultsToJson(experiment), null, 2) : renderResults(experiment);
  process.stdout.write(`${text}\n`);
  const { last, drops = [] } = experiment;
  if (last) console.error(`Compared with ${last.name}: ${drops.join('; ') || 'no drop'}.`);
  if (drops.length > 0) process.exitCode = 1;
}

interface Asked {
  readonly offline: boolean;
  readonly judgeModel: string;
  readonly dataset?: string | undefined;
  readonly docs?: string | undefined;
  readonly maxDrop: number;
}

async function evaluate({ offline, judgeModel, dataset, docs, maxDrop }: Asked): Promise<Experiment> {
  const questions = readQuestionSet();
  if (offline) return evaluateOffline(questions);
  loadEnvFile({ quiet: true });
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, ...env } = process.env;
  const { anthropic, langsmith, network: settings, logLevel } = readConfig(env);
  if (!anthropic || !langsmith) {
    const missing = [
      !anthropic && 'Claude (ANTHROPIC_API_KEY)',
      !langsmith && 'LangSmith (LANGSMITH_API_KEY)',
    ];
    if (dataset !== undefined || docs !== undefined)
      throw new ExpectedError(
        `--${dataset === undefined ? 'docs' : 'dataset'} needs ${missing.filter(Boolean).join(' and ')}, got nothing: set it in .env.`,
      );
    console.error(`Offline, without ${missing.filter(Boolean).join(' and ')}: answers are quoted passages.`);
    return evaluateOffline(questions);
  }
  const network = createNetwork(settings);
  try {
    const log = createLogger({ level: logLevel });
    const { fetch } = network;
    return await evaluateInLangSmith(questions, {
      ...{ anthropic, langsmith, judgeModel, dataset, docs, maxDrop },
      ...{ fetch, env, log },
    });
  } finally {
    await network.close();
  }
}

main().catch((error: unknown) => {
  failCommand(error);
  // What the SDK has still to send is of no use.
  process.exit();
});
