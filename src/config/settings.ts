import { z } from 'zod';
import { accessSettings } from './access-settings.js';
import { loopSettings } from './loop-settings.js';
import { machineSettings } from './machine-settings.js';
import { networkSettings } from './network-settings.js';
import { otelSettings } from './otel-settings.js';
import { preset, type SettingInfo, settingInfo, unset } from './setting-info.js';
import { choice, count, KEY_EXPECTED, key, URL_EXPECTED, url } from './setting-values.js';
import { sourceSettings } from './source-settings.js';
import { tracingSettings } from './tracing-settings.js';

const SLACK = 'of your app on https://api.slack.com/apps';

/** Every setting there is, each declared here and nowhere else. */
export const settings = z.object({
  SLACK_BOT_TOKEN: unset(z.string().regex(/^xoxb-\S+$/), {
    group: 'slack',
    description: 'The bot itself. Needed for any workspace.',
    expected: 'start with "xoxb-"',
    where: `see OAuth & Permissions -> Bot User OAuth Token ${SLACK}`,
    example: 'xoxb-…',
    secret: true,
  }),
  SLACK_APP_TOKEN: unset(z.string().regex(/^xapp-\S+$/), {
    group: 'slack',
    description:
      'Connects by Socket Mode: no public address needed. Wins when both this and the signing secret are set.',
    expected: 'start with "xapp-"',
    where: `see Basic Information -> App-Level Tokens (scope connections:write) ${SLACK}`,
    example: 'xapp-…',
    secret: true,
  }),
  SLACK_SIGNING_SECRET: unset(z.string().regex(/^[0-9a-f]{32}$/i), {
    group: 'slack',
    description: 'Serves the Events API over HTTP at `/slack/events` instead of Socket Mode.',
    expected: 'be 32 hexadecimal digits',
    where: `see Basic Information -> App Credentials -> Signing Secret ${SLACK}`,
    example: '0123456789abcdef0123456789abcdef',
    secret: true,
  }),
  ANTHROPIC_API_KEY: unset(key, {
    group: 'answers',
    description: 'Claude writes the answers. Without it they are quoted passages.',
    expected: KEY_EXPECTED,
    where: 'see API keys on https://platform.claude.com',
    example: 'sk-ant-…',
    secret: true,
  }),
  ANTHROPIC_MODEL: preset(key, 'claude-sonnet-5-5', {
    group: 'answers',
    description: 'Which Claude model.',
    expected: 'be the id of a model',
    where: 'see Models in the Claude documentation',
    example: 'claude-haiku-5-5',
  }),
  CONDENSE_MODEL: preset(key, 'claude-haiku-5-5', {
    group: 'answers',
    description:
      'Which Claude model makes a follow-up a question of its own before the search. A fast one: it is waited for 2 s.',
    expected: 'be the id of a model',
    where: 'see Models in the Claude documentation',
    example: 'claude-haiku-5-5',
  }),
  ANSWERS: unset(choice('claude', 'extractive'), {
    group: 'answers',
    description:
      '`claude` or `extractive` (the best passages, quoted and cited). By default `claude` when there is a key. In a workspace without a key it must be said: `extractive`.',
    expected: 'be claude or extractive',
    where: 'leave it out to have Claude whenever ANTHROPIC_API_KEY is set',
    example: 'extractive',
  }),
  OPENAI_API_KEY: unset(key, {
    group: 'embeddings',
    description: 'Embeds documents and questions. Without it search is by keywords alone.',
    expected: KEY_EXPECTED,
    where: 'see API keys on https://platform.openai.com',
    example: 'sk-…',
    secret: true,
  }),
  EMBEDDING_MODEL: preset(key, 'text-embedding-3-small', {
    group: 'embeddings',
    description: 'Which embedding model. Documents must be ingested again after a change.',
    expected: 'be the id of an embedding model',
    where: "see Embeddings in OpenAI's documentation",
    example: 'text-embedding-3-large',
  }),
  EMBEDDING_DIMENSIONS: preset(count(1, 3072), '512', {
    group: 'embeddings',
    description: 'Length of a vector. Documents must be ingested again after a change.',
    expected: 'be a whole number from 1 to 3072',
    where: 'the small model has up to 1536 numbers, the large one up to 3072',
    example: '1024',
  }),
  LANGSMITH_API_KEY: unset(key, {
    group: 'tracing',
    description: 'Every answer is traced, every Slack thread is a LangSmith thread.',
    expected: KEY_EXPECTED,
    where: 'see Settings -> API Keys on https://smith.langchain.com',
    example: 'lsv2_…',
    secret: true,
  }),
  LANGSMITH_TRACING: unset(choice('true', 'false'), {
    group: 'tracing',
    description:
      '`true` or `false`. By default traces go to LangSmith when there is a key. In a workspace without a key it must be said: `false`.',
    expected: 'be true or false',
    where: 'leave it out to trace whenever LANGSMITH_API_KEY is set',
    example: 'false',
  }),
  LANGSMITH_PROJECT: preset(z.string(), 'threadsmith', {
    group: 'tracing',
    description: 'The project that the traces appear in; made when it is not there.',
    expected: 'be the name of a project',
    where: 'see Tracing Projects on https://smith.langchain.com',
    example: 'docs-bot-staging',
  }),
  LANGSMITH_ENDPOINT: preset(url, 'https://api.smith.langchain.com', {
    group: 'tracing',
    description: "LangSmith's API: another region, a self-hosted one or a proxy.",
    expected: URL_EXPECTED,
    where: 'for the EU it is https://eu.api.smith.langchain.com',
    example: 'https://eu.api.smith.langchain.com',
  }),
  LANGSMITH_WORKSPACE_ID: unset(z.guid(), {
    group: 'tracing',
    description: 'Which workspace, for a key that opens several.',
    expected: 'be a UUID',
    where: 'see Settings -> Workspaces on https://smith.langchain.com',
    example: '01234567-89ab-4cde-8f01-23456789abcd',
  }),
  LANGSMITH_PROMPT: unset(z.string().regex(/^[\w-]+(\/[\w-]+)?(:[\w.-]+)?$/), {
    group: 'tracing',
    description:
      "A prompt in LangSmith's prompt hub that tells Claude how to answer, by name and tag. Looked up again every five minutes; without it the product's own is used.",
    expected: 'be the name of a prompt, with a tag or a commit after a colon if you like',
    where: 'see Prompts on https://smith.langchain.com',
    example: 'docs-bot-answer:prod',
  }),
  ...tracingSettings,
  ...loopSettings,
  ...otelSettings,
  ...accessSettings,
  ...sourceSettings,
  ...machineSettings,
  ...networkSettings,
});

/** @throws RangeError for a name that is not a setting: a mistake in the program. */
export function settingInfoOf(name: string): SettingInfo {
  const schema = Object.entries(settings.shape).find(([setting]) => setting === name)?.[1];
  const info = schema && settingInfo.get(schema);
  if (info === undefined) throw new RangeError(`expected the name of a setting, got "${name}"`);
  return info;
}
