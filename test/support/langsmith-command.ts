import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { World } from './world.js';

/** Runs a command of `src/cli` as its user would, against the world's Slack and LangSmith. Rejects with its exit code and stderr. */
export function langsmithCommand({ slack, langsmith, config }: World, command: string, ...args: string[]) {
  const env = {
    ...process.env,
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, ANSWERS: 'extractive' },
    ...{ SLACK_API_URL: slack.apiUrl, LANGSMITH_API_KEY: langsmith.apiKey },
    ...{ LANGSMITH_ENDPOINT: langsmith.endpoint, LANGSMITH_PROJECT: 'test', DATA_DIR: config.dataDir },
  };
  const file = fileURLToPath(new URL(`../../src/cli/${command}.ts`, import.meta.url));
  return promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...args], { env });
}
