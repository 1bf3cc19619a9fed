import type { z } from 'zod';
import { givenSettings } from './config/given-settings.js';
import { missingSettings } from './config/missing-settings.js';
import { noticeOf } from './config/notice-of.js';
import { refusedSetting } from './config/refused-setting.js';
import { settings } from './config/settings.js';
import { ConfigError } from './errors.js';
import type { FailedTracesSettings } from './tracing/failed-traces.js';
import type { SpanSettings } from './tracing/otel/span-settings.js';
import type { TraceRules } from './tracing/privacy.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** How the bot is joined to a workspace. `apiUrl` ends with a slash: Slack's client appends method names. */
export type SlackConfig =
  | { readonly kind: 'socket'; readonly botToken: string; readonly appToken: string; readonly apiUrl: string }
  | {
      readonly kind: 'http';
      readonly botToken: string;
      readonly signingSecret: string;
      readonly port: number;
      readonly apiUrl: string;
    };

export interface Config {
  /** Absent: no workspace, so the playground. */
  readonly slack: SlackConfig | undefined;
  /** Absent: extractive answers. */
  readonly anthropic:
    | {
        readonly apiKey: string;
        readonly model: string;
        /** Rewrites follow-ups before the search. */
        readonly condenseModel: string;
        readonly baseUrl?: string;
      }
    | undefined;
  /** Absent: keyword search alone. */
  readonly openai:
    | {
        readonly apiKey: string;
        readonly baseUrl?: string;
        readonly model: string;
        readonly dimensions: number;
      }
    | undefined;
  /** Absent: nothing is sent to LangSmith. */
  readonly langsmith:
    | {
        readonly apiKey: string;
        readonly project: string;
        readonly endpoint: string;
        readonly workspaceId?: string;
        /** A prompt in its hub, with a tag or a commit. Absent: the product's own. */
        readonly prompt?: string;
        /** Who may open it from Slack, beside the admins. @default nobody */
        readonly viewers?: readonly string[];
        /** Where answers from Slack become tests. @default "threadsmith-feedback" */
        readonly dataset?: string;
        /** Where to post each week what the documents lack. Absent: nowhere. */
        readonly gapsChannel?: string;
      }
    | undefined;
  /** What of the conversations is traced. @default all of it, without secrets and e-mail addresses */
  readonly traces?: {
    readonly rules: TraceRules;
    /** Absent: what LangSmith does not take is lost. */
    readonly failed?: FailedTracesSettings;
  };
  /** Where the same traces go as OpenTelemetry spans. @default nowhere */
  readonly spans?: SpanSettings | undefined;
  readonly access: {
    /** Absent: everywhere. */
    readonly channels?: readonly string[];
    /** Absent: everybody. */
    readonly users?: readonly string[];
    /** Whether guests and other organisations are answered. */
    readonly external: boolean;
    /** Whether a thread's asker may go on without a mention. */
    readonly followUps: 'thread' | 'mention';
  };
  /** Where documents are kept beside files and the web. What is not configured is absent. */
  readonly services: {
    readonly confluence?: { readonly url: string; readonly email?: string; readonly token: string };
    readonly notion?: { readonly apiUrl: string; readonly token: string };
    readonly github: { readonly apiUrl: string; readonly token?: string };
  };
  /** What people are told of where their questions go. Absent: nothing. */
  readonly notice?: string | undefined;
  readonly port: number;
  readonly dataDir: string;
  /** Postgres, with its password. Absent: files in `dataDir`. */
  readonly databaseUrl?: string;
  /** Absent: documents are refreshed by `npm run ingest` alone. */
  readonly ingestEveryMs?: number | undefined;
  readonly shutdownTimeoutMs: number;
  /** Of Slack's rate limits. @default 1 */
  readonly slackRateShare?: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly network: {
    readonly httpsProxy?: string;
    readonly httpProxy?: string;
    readonly noProxy?: string;
    readonly extraCaCerts?: string;
  };
}

type Values = z.output<typeof settings>;

/**
 * Reads the settings from an environment. An empty value counts as unset.
 *
 * @throws ConfigError with every problem at once.
 */
export function readConfig(env: Env): Config {
  const given = givenSettings(env);
  const parsed = settings.safeParse(Object.fromEntries(given));
  const refused = new Set(parsed.error?.issues.map(({ path }) => String(path[0])));
  const problems = [...Array.from(refused, (name) => refusedSetting(name, given)), ...missingSettings(given)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return configOf(parsed.data);
}

function configOf(values: Values): Config {
  const { ANTHROPIC_API_KEY, OPENAI_API_KEY, LANGSMITH_API_KEY } = values;
  return {
    slack: slackOf(values),
    anthropic:
      ANTHROPIC_API_KEY === undefined || values.ANSWERS === 'extractive'
        ? undefined
        : {
            apiKey: ANTHROPIC_API_KEY,
            model: values.ANTHROPIC_MODEL,
            condenseModel: values.CONDENSE_MODEL,
            ...(values.ANTHROPIC_BASE_URL !== undefined && { baseUrl: values.ANTHROPIC_BASE_URL }),
          },
    openai:
      OPENAI_API_KEY === undefined
        ? undefined
        : {
            apiKey: OPENAI_API_KEY,
            model: values.EMBEDDING_MODEL,
            dimensions: values.EMBEDDING_DIMENSIONS,
            ...(values.OPENAI_BASE_URL !== undefined && { baseUrl: values.OPENAI_BASE_URL }),
          },
    langsmith:
      LANGSMITH_API_KEY === undefined || values.LANGSMITH_TRACING === 'false'
        ? undefined
        : {
            apiKey: LANGSMITH_API_KEY,
            project: values.LANGSMITH_PROJECT,
            endpoint: values.LANGSMITH_ENDPOINT,
            ...(values.LANGSMITH_WORKSPACE_ID !== undefined && {
              workspaceId: values.LANGSMITH_WORKSPACE_ID,
            }),
            ...(values.LANGSMITH_PROMPT !== undefined && { prompt: values.LANGSMITH_PROMPT }),
            ...(values.LANGSMITH_VIEWERS && { viewers: values.LANGSMITH_VIEWERS }),
            ...(values.LANGSMITH_DATASET !== undefined && { dataset: values.LANGSMITH_DATASET }),
            ...(values.GAPS_CHANNEL !== undefined && { gapsChannel: values.GAPS_CHANNEL }),
          },
    traces: {
      rules: {
        content: values.TRACE_CONTENT,
        ...(values.TRACE_USER_KEY !== undefined && { userKey: values.TRACE_USER_KEY }),
        sampleRate: values.TRACE_SAMPLE_RATE,
      },
      ...(values.LANGSMITH_FAILED_TRACES_DIR !== undefined && {
        failed: {
          dir: values.LANGSMITH_FAILED_TRACES_DIR,
          maxBytes: values.LANGSMITH_FAILED_TRACES_MAX_MB * 1024 * 1024,
        },
      }),
    },
    spans: spansOf(values),
    access: {
      ...(values.ALLOWED_CHANNELS && { channels: values.ALLOWED_CHANNELS }),
      ...(values.ALLOWED_USERS && { users: values.ALLOWED_USERS }),
      external: values.ALLOW_EXTERNAL === 'true',
      followUps: values.FOLLOW_UPS,
    },
    services: servicesOf(values),
    notice: noticeOf({
      given: values.NOTICE,
      claude: ANTHROPIC_API_KEY !== undefined && values.ANSWERS !== 'extractive',
      langsmith: LANGSMITH_API_KEY !== undefined && values.LANGSMITH_TRACING !== 'false',
      spans: spansOf(values) !== undefined,
    }),
    port: values.PORT,
    dataDir: values.DATA_DIR,
    ...(values.DATABASE_URL !== undefined && { databaseUrl: values.DATABASE_URL }),
    ...(values.INGEST_EVERY !== undefined && { ingestEveryMs: values.INGEST_EVERY }),
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT,
    ...(values.SLACK_RATE_SHARE !== undefined && { slackRateShare: values.SLACK_RATE_SHARE }),
    logLevel: values.LOG_LEVEL,
    network: {
      ...(values.HTTPS_PROXY !== undefined && { httpsProxy: values.HTTPS_PROXY }),
      ...(values.HTTP_PROXY !== undefined && { httpProxy: values.HTTP_PROXY }),
      ...(values.NO_PROXY !== undefined && { noProxy: values.NO_PROXY }),
      ...(values.NODE_EXTRA_CA_CERTS !== undefined && { extraCaCerts: values.NODE_EXTRA_CA_CERTS }),
    },
  };
}

function slackOf(values: Values): SlackConfig | undefined {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
  } = values;
  const apiUrl = `${values.SLACK_API_URL}/`;
  if (botToken === undefined) return undefined;
  if (appToken !== undefined) return { kind: 'socket', botToken, appToken, apiUrl };
  if (signingSecret !== undefined)
    return { kind: 'http', botToken, signingSecret, port: values.PORT, apiUrl };
  return undefined;
}

/** As OpenTelemetry's specification reads them: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function spansOf(values: Values): Config['spans'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = values;
  const url = traces ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined || values.OTEL_SDK_DISABLED === 'true') return undefined;
  const headers = [values.OTEL_EXPORTER_OTLP_HEADERS, values.OTEL_EXPORTER_OTLP_TRACES_HEADERS];
  return {
    url,
    headers: headers.filter((some) => some !== undefined).join(',') || undefined,
    protocol: values.OTEL_EXPORTER_OTLP_PROTOCOL,
    gzip: values.OTEL_EXPORTER_OTLP_COMPRESSION === 'gzip',
    timeoutMs: values.OTEL_EXPORTER_OTLP_TIMEOUT,
    serviceName: values.OTEL_SERVICE_NAME,
    resourceAttributes: values.OTEL_RESOURCE_ATTRIBUTES,
  };
}

function servicesOf(values: Values): Config['services'] {
  const { CONFLUENCE_URL: url, CONFLUENCE_EMAIL: email, CONFLUENCE_TOKEN: token } = values;
  return {
    ...(url && token && { confluence: { url, token, ...(email && { email }) } }),
    ...(values.NOTION_TOKEN && { notion: { apiUrl: values.NOTION_API_URL, token: values.NOTION_TOKEN } }),
    github: { apiUrl: values.GITHUB_API_URL, ...(values.GITHUB_TOKEN && { token: values.GITHUB_TOKEN }) },
  };
}
