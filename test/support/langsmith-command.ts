import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtFile } from './built-file.js';
import type { World } from './world.js';

export interface CommandPlace extends Pick<World, 'slack' | 'langsmith' | 'config'> {
  /** Settings beside or in the place of those of the doubles. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command of `src/cli` as its user would, against the world's Slack and LangSmith. Rejects with its exit code and stderr. */
export function langsmithCommand(place: CommandPlace, command: string, ...args: string[]) {
  const { slack, langsmith, config, env: own = {} } = place;
  const env = {
    ...process.env,
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, ANSWERS: 'extractive' },
    ...{ SLACK_API_URL: slack.apiUrl, LANGSMITH_API_KEY: langsmith.apiKey },
    ...{ LANGSMITH_ENDPOINT: langsmith.endpoint, LANGSMITH_PROJECT: 'test', DATA_DIR: config.dataDir },
    ...own,
  };
  return promisify(execFile)(process.execPath, [builtFile(`cli/${command}.js`), ...args], { env });
}
