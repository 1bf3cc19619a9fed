import type { Config } from './config.js';

/** One part of the program: what it runs on, and what would switch it. */
export interface Mode {
  readonly part: string;
  readonly mode: string;
  readonly change: string;
}

/**
 * Which mode each part is in, for the start's report and the playground.
 * @param given in the playground: the settings as they are, of which `config` has what is used there
 */
export function modesOf(config: Config, slack: string, given?: Config): Mode[] {
  const { anthropic, openai, langsmith } = config;
  return [
    {
      part: 'Slack',
      mode: slack,
      change: slackChange(config, given !== undefined),
    },
    anthropic
      ? {
          part: 'Answers',
          mode: `Claude (${anthropic.model})${langsmith?.prompt ? `, prompt ${langsmith.prompt}` : ''}`,
          change: 'ANTHROPIC_MODEL: another model',
        }
      : {
          part: 'Answers',
          mode: 'extractive: passages are quoted',
          change: `${switchOf('ANTHROPIC_API_KEY', given?.anthropic)}: written by Claude`,
        },
    openai
      ? {
          part: 'Search',
          mode: `keywords and vectors (${openai.model})`,
          change: 'OPENAI_API_KEY unset: keywords alone',
        }
      : {
          part: 'Search',
          mode: 'keywords (BM25)',
          change: `${switchOf('OPENAI_API_KEY', given?.openai)}: keywords and vectors`,
        },
    storeMode(config),
    tracingMode(langsmith, given),
    ...spansModes(config.spans),
  ];
}

function slackChange({ slack }: Config, inPlayground: boolean): string {
  if (!slack) return 'SLACK_BOT_TOKEN and SLACK_APP_TOKEN: your workspace';
  return inPlayground ? 'npm start: your workspace' : 'npm run playground: a local workspace';
}

/** What switches a service on: its key, or where that is set already, the leave to use it. */
function switchOf(key: string, given: unknown): string {
  return given === undefined ? key : 'npm run playground -- --use-keys';
}

/** Of the database's address only what is no secret. */
function storeMode({ databaseUrl, dataDir }: Config): Mode {
  const part = 'Store';
  if (databaseUrl === undefined)
    return {
      part,
      mode: `SQLite in ${dataDir}`,
      change: 'DATABASE_URL: Postgres, shared by several replicas',
    };
  const { host, pathname } = new URL(databaseUrl);
  return { part, mode: `Postgres at ${host}${pathname}`, change: 'DATABASE_URL unset: SQLite files' };
}

/** Only where there are any: who has no collector need not hear of it. */
function spansModes(spans: Config['spans']): Mode[] {
  if (!spans) return [];
  const mode = `OpenTelemetry, to ${new URL(spans.url).host}`;
  return [{ part: 'Spans', mode, change: 'OTEL_SDK_DISABLED=true: none' }];
}

function tracingMode(langsmith: Config['langsmith'], given: Config | undefined): Mode {
  const part = 'Tracing';
  if (langsmith)
    return {
      part,
      mode: `LangSmith, project ${langsmith.project}`,
      change: 'LANGSMITH_PROJECT: another project',
    };
  const change = `${switchOf('LANGSMITH_API_KEY', given?.langsmith)}: traces in LangSmith`;
  return { part, mode: given ? 'recorded here, as LangSmith would get it' : 'off', change };
}
