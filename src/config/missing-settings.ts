import type { ConfigProblem } from '../errors.js';
import type { GivenSettings } from './given-settings.js';
import { settingInfoOf } from './settings.js';

const CONFLUENCE = ['CONFLUENCE_URL', 'CONFLUENCE_EMAIL', 'CONFLUENCE_TOKEN'];
const SLACK = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'];

/**
 * What the given settings need beside them. Without any of Slack's nothing is needed; with one of them a part never
 * falls back silently, so its key must be there or its absence be said.
 */
export function missingSettings(given: GivenSettings): ConfigProblem[] {
  const slack = SLACK.filter((name) => given.has(name));
  const inWorkspace = slack.length > 0;
  const answers = given.get('ANSWERS') ?? (inWorkspace ? 'claude' : 'extractive');
  const tracing = given.get('LANGSMITH_TRACING') ?? 'true';

  const problems: ConfigProblem[] = [];
  if (inWorkspace && !given.has('SLACK_BOT_TOKEN')) {
    problems.push(missing('SLACK_BOT_TOKEN', `be set because ${slack.join(' and ')} is`));
  }
  if (slack.join() === 'SLACK_BOT_TOKEN') {
    const [appToken, secret] = [settingInfoOf('SLACK_APP_TOKEN'), settingInfoOf('SLACK_SIGNING_SECRET')];
    problems.push({
      setting: 'SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)',
      expected: 'be set because SLACK_BOT_TOKEN is',
      got: 'neither',
      fix: `${appToken.where}, or ${secret.where}`,
    });
  }
  if (answers === 'claude' && !given.has('ANTHROPIC_API_KEY')) {
    const reason = given.has('ANSWERS') ? 'be set because ANSWERS=claude' : 'be set to answer in a workspace';
    problems.push(
      missing('ANTHROPIC_API_KEY', reason, ', or set ANSWERS=extractive to quote passages instead'),
    );
  }
  if (inWorkspace && tracing === 'true' && !given.has('LANGSMITH_API_KEY')) {
    problems.push(
      missing(
        'LANGSMITH_API_KEY',
        'be set to answer in a workspace',
        ', or set LANGSMITH_TRACING=false to send no traces',
      ),
    );
  }
  return [
    ...problems,
    ...['LANGSMITH_PROMPT', 'GAPS_CHANNEL'].flatMap((name) => idleWithoutLangSmith(name, given, inWorkspace)),
    ...missingOfConfluence(given),
  ];
}

/** A setting that does nothing unless LangSmith is asked. */
function idleWithoutLangSmith(setting: string, given: GivenSettings, inWorkspace: boolean): ConfigProblem[] {
  const value = given.get(setting);
  if (value === undefined) return [];
  if (given.get('LANGSMITH_TRACING') === 'false') {
    return [
      {
        setting,
        expected: 'be left out because LANGSMITH_TRACING=false: nothing is asked of LangSmith then',
        got: `"${value}"`,
        fix: 'leave one of the two out',
      },
    ];
  }
  // In a workspace the key is missed anyway.
  return inWorkspace || given.has('LANGSMITH_API_KEY')
    ? []
    : [missing('LANGSMITH_API_KEY', `be set because ${setting} is`)];
}

/** A Confluence is its address and a token; half of it would only fail when its documents are asked for. */
function missingOfConfluence(given: GivenSettings): ConfigProblem[] {
  const present = CONFLUENCE.filter((name) => given.has(name));
  if (present.length === 0) return [];
  return ['CONFLUENCE_URL', 'CONFLUENCE_TOKEN']
    .filter((name) => !given.has(name))
    .map((name) => missing(name, `be set because ${present.join(' and ')} is`));
}

function missing(setting: string, expected: string, otherwise = ''): ConfigProblem {
  return { setting, expected, got: 'nothing', fix: `${settingInfoOf(setting).where}${otherwise}` };
}
