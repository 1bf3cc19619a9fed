import { parseArgs } from 'node:util';
import { config as loadEnvFile } from 'dotenv';
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
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  // LangSmith's SDK tells of the experiment on stdout, which is for the results.
  console.log = console.error;
  const experiment = await evaluate(values.offline, values['judge-model']);
  const text = values.json ? JSON.stringify(resultsToJson(experiment), null, 2) : renderResults(experiment);
  process.stdout.write(`${text}\n`);
}

async function evaluate(offline: boolean, judgeModel: string): Promise<Experiment> {
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
    console.error(`Offline, without ${missing.filter(Boolean).join(' and ')}: answers are quoted passages.`);
    return evaluateOffline(questions);
  }
  const network = createNetwork(settings);
  try {
    const log = createLogger({ level: logLevel });
    const { fetch } = network;
    return await evaluateInLangSmith(questions, { anthropic, langsmith, judgeModel, fetch, env, log });
  } finally {
    await network.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ExpectedError || error instanceof TypeError ? error.message : error);
  process.exit(1);
});
