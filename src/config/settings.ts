import { z } from 'zod';
import { duration } from './duration.js';
import { preset, type SettingInfo, settingInfo, unset } from './setting-info.js';
import { choice, count, KEY_EXPECTED, key, URL_EXPECTED, url } from './setting-values.js';
import { sourceSettings } from './source-settings.js';

const postgresUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1,
  );

/** A day: beyond 24.8 days Node's timers fire at once. */
const LONGEST_SHUTDOWN_S = 86_400;
const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?s?$/)
  .transform((text) => Number.parseFloat(text) * 1000)
  .pipe(z.number().max(LONGEST_SHUTDOWN_S * 1000));

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
  ...sourceSettings,
  PORT: preset(count(0, 65_535), '3000', {
    group: 'machine',
    description: 'Port of the playground or of the Events API; 0 takes any free one.',
    expected: 'be a whole number from 0 to 65535',
    where: 'any port that nothing else listens on',
    example: '8080',
  }),
  DATA_DIR: preset(z.string(), '.data', {
    group: 'machine',
    description: 'Folder of the index and of the journal of open questions. Made when it is not there.',
    expected: 'be a folder',
    where: 'a relative path starts where npm start runs',
    example: '/var/lib/threadsmith',
  }),
  DATABASE_URL: unset(postgresUrl, {
    group: 'machine',
    description:
      'Postgres for the index and the journal, in the place of files in `DATA_DIR`: several replicas share it.',
    expected: 'be like postgres://user:password@host:5432/database',
    where: 'percent-encode characters such as @ / # in the password; leave it out to use files',
    example: 'postgres://threadsmith:…@db.example.com:5432/threadsmith',
    secret: true,
  }),
  INGEST_EVERY: unset(duration, {
    group: 'machine',
    description:
      'How often the running bot brings all sources up to date, like `30m`, `6h` or `1d`. Without it only `npm run ingest` does.',
    expected: 'be a number of minutes, hours or days, like 30m, 6h or 1d',
    where: 'leave it out to ingest by hand or from a scheduler of your own',
    example: '6h',
  }),
  SHUTDOWN_TIMEOUT: preset(seconds, '18', {
    group: 'machine',
    description: 'Seconds that running answers get to finish after SIGTERM.',
    expected: `be seconds from 0 to ${LONGEST_SHUTDOWN_S}, like 25 or 25s`,
    where: "stay below your supervisor's own limit (Kubernetes waits 30 s, Docker 10 s)",
    example: '8',
  }),
  LOG_LEVEL: preset(choice('debug', 'info', 'warn', 'error', 'silent'), 'info', {
    group: 'machine',
    description: '`debug`, `info`, `warn`, `error` or `silent`.',
    expected: 'be debug, info, warn, error or silent',
    where: 'the default is info',
    example: 'debug',
  }),
  HTTPS_PROXY: unset(url, {
    group: 'network',
    description: 'Proxy for requests to https addresses.',
    expected: URL_EXPECTED,
    where: 'ask whoever runs your network',
    example: 'http://proxy.example.com:8080',
  }),
  HTTP_PROXY: unset(url, {
    group: 'network',
    description: 'Proxy for requests to http addresses.',
    expected: URL_EXPECTED,
    where: 'ask whoever runs your network',
    example: 'http://proxy.example.com:8080',
  }),
  NO_PROXY: unset(z.string(), {
    group: 'network',
    description: 'Hosts that are reached without the proxy, separated by commas.',
    expected: 'be host names separated by commas',
    where: 'ask whoever runs your network',
    example: 'localhost,127.0.0.1,.internal.example.com',
  }),
  NODE_EXTRA_CA_CERTS: unset(z.string(), {
    group: 'network',
    description: "PEM file with further certificate authorities, such as your proxy's.",
    expected: 'be the path of a PEM file',
    where: 'ask whoever runs your network',
    example: '/etc/ssl/certs/company.pem',
  }),
  SLACK_API_URL: preset(url, 'https://slack.com/api', {
    group: 'network',
    description: "Slack's Web API.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to Slack itself',
    example: 'http://127.0.0.1:4000/api',
  }),
  ANTHROPIC_BASE_URL: unset(url, {
    group: 'network',
    description: "Claude's API.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to Anthropic itself',
    example: 'https://gateway.example.com/anthropic',
  }),
  OPENAI_BASE_URL: unset(url, {
    group: 'network',
    description: "OpenAI's API, or one that speaks the same.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to OpenAI itself',
    example: 'https://gateway.example.com/openai/v1',
  }),
});

/** @throws RangeError for a name that is not a setting: a mistake in the program. */
export function settingInfoOf(name: string): SettingInfo {
  const schema = Object.entries(settings.shape).find(([setting]) => setting === name)?.[1];
  const info = schema && settingInfo.get(schema);
  if (info === undefined) throw new RangeError(`expected the name of a setting, got "${name}"`);
  return info;
}
