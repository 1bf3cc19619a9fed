import { describe, expect, it } from 'vitest';
import { settings } from '../../src/config/settings.js';
import { type Config, type Env, readConfig } from '../../src/config.js';
import { ConfigError } from '../../src/errors.js';
import { modesOf } from '../../src/modes.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const SOCKET = { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_APP_TOKEN: 'xapp-1-secret' };
const SILENT = { ANSWERS: 'extractive', LANGSMITH_TRACING: 'false' };

/** The message with which an environment is refused. */
function refusal(env: Env): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a ConfigError, got a config');
}

describe('with nothing configured', () => {
  const nothing: Config = {
    slack: undefined,
    anthropic: undefined,
    openai: undefined,
    langsmith: undefined,
    traces: { rules: { content: { public: 'masked', private: 'masked', direct: 'masked' }, sampleRate: 1 } },
    access: { external: false, followUps: 'thread' },
    services: { github: { apiUrl: 'https://api.github.com' } },
    port: 3000,
    dataDir: '.data',
    shutdownTimeoutMs: 18_000,
    logLevel: 'info',
    network: {},
  };

  it('is the playground, every part on its own', () => {
    expect(readConfig({})).toEqual(nothing);
  });

  it('takes empty and blank values for unset', () => {
    const blank = Object.fromEntries(Object.keys(settings.shape).map((name, i) => [name, i % 2 ? '' : '  ']));
    expect(readConfig(blank)).toEqual(nothing);
  });

  it('ignores what is not a setting of ours', () => {
    expect(readConfig({ PATH: '/usr/bin', SLACK_CHANNEL: 'C1' })).toEqual(nothing);
  });
});

describe("the notebook's settings", () => {
  it('work as they are', () => {
    const config = readConfig({
      ANTHROPIC_API_KEY: 'sk-ant-1',
      OPENAI_API_KEY: 'sk-2',
      LANGSMITH_API_KEY: 'lsv2_3',
      LANGSMITH_TRACING: 'true',
      LANGSMITH_PROJECT: 'langsmith-academy',
      LANGSMITH_WORKSPACE_ID: '01234567-89ab-4cde-8f01-23456789abcd',
    });
    expect(config.anthropic).toEqual({
      apiKey: 'sk-ant-1',
      model: 'claude-sonnet-5-5',
      condenseModel: 'claude-haiku-5-5',
    });
    expect(config.openai).toEqual({ apiKey: 'sk-2', model: 'text-embedding-3-small', dimensions: 512 });
    expect(config.langsmith).toEqual({
      apiKey: 'lsv2_3',
      project: 'langsmith-academy',
      endpoint: 'https://api.smith.langchain.com',
      workspaceId: '01234567-89ab-4cde-8f01-23456789abcd',
    });
    expect(config.slack).toBeUndefined();
  });
});

describe('Slack', () => {
  it('connects by Socket Mode with an app token', () => {
    expect(readConfig({ ...SOCKET, ...SILENT }).slack).toEqual({
      kind: 'socket',
      botToken: 'xoxb-1-secret',
      appToken: 'xapp-1-secret',
      apiUrl: 'https://slack.com/api/',
    });
  });

  it('serves HTTP with a signing secret', () => {
    const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: SECRET, PORT: '8080', ...SILENT };
    expect(readConfig(env).slack).toMatchObject({ kind: 'http', signingSecret: SECRET, port: 8080 });
  });

  it('prefers Socket Mode when both are there', () => {
    expect(readConfig({ ...SOCKET, SLACK_SIGNING_SECRET: SECRET, ...SILENT }).slack?.kind).toBe('socket');
  });

  it.each([
    { SLACK_APP_TOKEN: 'xapp-1', ...SILENT },
    { SLACK_SIGNING_SECRET: SECRET, ...SILENT },
  ])('needs the bot token beside %o', (env) => {
    expect(refusal(env)).toMatch(
      /^ {2}SLACK_BOT_TOKEN must be set because SLACK_\w+ is, got nothing: .*OAuth & Permissions/m,
    );
  });

  it('needs a way in beside the bot token', () => {
    expect(refusal({ SLACK_BOT_TOKEN: 'xoxb-1', ...SILENT })).toMatch(
      /SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET .* got neither: .*App-Level Tokens.*App Credentials/,
    );
  });

  it('never falls back silently: Claude and LangSmith are there or declined', () => {
    expect(refusal(SOCKET)).toMatch(/ANTHROPIC_API_KEY must be set .* or set ANSWERS=extractive/);
    expect(refusal(SOCKET)).toMatch(/LANGSMITH_API_KEY must be set .* or set LANGSMITH_TRACING=false/);
    expect(readConfig({ ...SOCKET, ...SILENT })).toMatchObject({
      anthropic: undefined,
      langsmith: undefined,
    });
  });

  it.each(['http://127.0.0.1:4000/api', 'http://127.0.0.1:4000/api/'])('is reached under %s', (url) => {
    expect(readConfig({ ...SOCKET, ...SILENT, SLACK_API_URL: url }).slack?.apiUrl).toBe(
      'http://127.0.0.1:4000/api/',
    );
  });
});

describe('choices', () => {
  it('quotes passages when told to, whatever keys there are', () => {
    expect(readConfig({ ANTHROPIC_API_KEY: 'k', ANSWERS: 'extractive' }).anthropic).toBeUndefined();
  });

  it('refuses ANSWERS=claude without a key, in the playground too', () => {
    expect(refusal({ ANSWERS: 'claude' })).toContain('ANTHROPIC_API_KEY must be set because ANSWERS=claude');
  });

  it('sends no traces when told not to, whatever keys there are', () => {
    expect(readConfig({ LANGSMITH_API_KEY: 'k', LANGSMITH_TRACING: 'false' }).langsmith).toBeUndefined();
  });

  it('takes a prompt from LangSmith where it may ask there', () => {
    const LANGSMITH_PROMPT = 'acme/answer:prod';
    expect(readConfig({ LANGSMITH_API_KEY: 'k', LANGSMITH_PROMPT }).langsmith?.prompt).toBe(LANGSMITH_PROMPT);
    expect(refusal({ LANGSMITH_PROMPT })).toMatch(
      /LANGSMITH_API_KEY must be set because LANGSMITH_PROMPT is/,
    );
    const off = { LANGSMITH_TRACING: 'false', LANGSMITH_PROMPT };
    expect(refusal(off)).toMatch(/LANGSMITH_PROMPT must be left out because LANGSMITH_TRACING=false/);
  });

  it('sends spans where OpenTelemetry’s own settings say', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/base/' };
    expect(readConfig(env).spans).toEqual({
      ...{ url: 'https://otlp.example.com/base/v1/traces', protocol: 'http/protobuf' },
      ...{ gzip: false, timeoutMs: 10_000 },
    });
    const full = 'https://otlp.example.com/all/of/it/';
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'a=1', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2' };
    const more = { ...env, ...headers, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: full };
    expect(readConfig(more).spans).toMatchObject({ url: full, headers: 'a=1,b=2' });
    expect(readConfig({ ...more, OTEL_SDK_DISABLED: 'true' }).spans).toBeUndefined();
    expect(readConfig(headers).spans).toBeUndefined();
    expect(readConfig(env).notice).toMatch(/are sent to where this bot is watched\.$/);
    expect(modesOf(readConfig(env), 'HTTP').at(-1)?.mode).toBe('OpenTelemetry, to otlp.example.com');
    expect(refusal({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toContain('gRPC is not spoken');
    expect(refusal({ OTEL_EXPORTER_OTLP_HEADERS: 'hush-hush' })).not.toContain('hush');
    expect(refusal({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:hush@host' })).not.toContain('hush');
  });

  it('says of the playground beside a bot what is used there, and that its keys are not', () => {
    const { slack, ...given } = readConfig({ ANTHROPIC_API_KEY: 'sk-ant-x', LANGSMITH_API_KEY: 'lsv2_x' });
    const workspace = { botToken: 'xoxb-1', signingSecret: 's', port: 0, apiUrl: 'https://slack.com/api/' };
    const beside = { ...given, slack: { kind: 'http' as const, ...workspace } };
    const used = { ...beside, anthropic: undefined, langsmith: undefined };
    const change = (modes: ReturnType<typeof modesOf>) =>
      Object.fromEntries(modes.map((mode) => [mode.part, `${mode.mode}; ${mode.change}`]));
    expect(change(modesOf(used, 'local', beside))).toMatchObject({
      Slack: 'local; npm start: your workspace',
      Answers: 'extractive: passages are quoted; npm run playground -- --use-keys: written by Claude',
      Search: 'keywords (BM25); OPENAI_API_KEY: keywords and vectors',
      Tracing:
        'recorded here, as LangSmith would get it; npm run playground -- --use-keys: traces in LangSmith',
    });
    expect(change(modesOf(used, 'HTTP'))).toMatchObject({
      Slack: 'HTTP; npm run playground: a local workspace',
      Tracing: 'off; LANGSMITH_API_KEY: traces in LangSmith',
    });
  });

  it('names what a Confluence still needs, and nothing else', () => {
    const [url, token] = ['https://acme.atlassian.net/wiki', 'ATATT1'];
    expect(refusal({ CONFLUENCE_TOKEN: token })).toMatch(
      /CONFLUENCE_URL must be set because CONFLUENCE_TOKEN is/,
    );
    expect(refusal({ CONFLUENCE_TOKEN: token })).not.toMatch(/CONFLUENCE_(?:TOKEN|EMAIL) must/);
    expect(refusal({ CONFLUENCE_URL: url })).toMatch(
      /CONFLUENCE_TOKEN must be set because CONFLUENCE_URL is/,
    );
    expect(readConfig({ CONFLUENCE_URL: url, CONFLUENCE_TOKEN: token }).services.confluence).toEqual({
      url,
      token,
    });
  });

  it.each([
    ['25', 25_000],
    ['25s', 25_000],
    ['0.5', 500],
    ['0', 0],
  ])('waits SHUTDOWN_TIMEOUT=%s', (text, ms) => {
    expect(readConfig({ SHUTDOWN_TIMEOUT: text }).shutdownTimeoutMs).toBe(ms);
  });

  it('takes the proxy in either case, small letters first, as other tools do', () => {
    const env = {
      HTTPS_PROXY: 'http://big:1',
      https_proxy: 'http://small:1',
      no_proxy: 'a,b',
      NODE_EXTRA_CA_CERTS: 'ca.pem',
    };
    expect(readConfig(env).network).toEqual({
      httpsProxy: 'http://small:1',
      noProxy: 'a,b',
      extraCaCerts: 'ca.pem',
    });
  });
});

describe('a refusal', () => {
  const broken = {
    SLACK_BOT_TOKEN: 'xapp-1-hush-hush',
    SLACK_APP_TOKEN: 'xoxb-1-hush-hush',
    SLACK_SIGNING_SECRET: 'hush-hush',
    PORT: '70000',
    SHUTDOWN_TIMEOUT: 'soon',
    ANSWERS: 'gpt',
    LANGSMITH_TRACING: 'yes',
    LANGSMITH_ENDPOINT: 'api.smith.langchain.com',
    LANGSMITH_WORKSPACE_ID: 'ours',
    LANGSMITH_PROMPT: 'a/b/c',
    ANTHROPIC_API_KEY: 'sk-ant-hush hush',
    EMBEDDING_DIMENSIONS: '0',
    HTTPS_PROXY: 'socks5://user:hush-hush@proxy:1080',
    DATABASE_URL: 'postgres://user:hush-hush@db.example.com',
    LOG_LEVEL: 'loud',
  };

  it('names every problem once, and how many there are', () => {
    const [first, ...lines] = refusal(broken).split('\n');
    const named = lines.map((line) => line.trim().split(' ')[0]);
    expect(named.toSorted()).toEqual(Object.keys(broken).toSorted());
    expect(first).toContain(`${lines.length} settings need a change`);
  });

  it('says what was expected, what was got and where to mend it', () => {
    expect(refusal(broken)).toContain(
      'SLACK_APP_TOKEN must start with "xapp-", got "xoxb-…": see Basic Information -> App-Level Tokens',
    );
    expect(refusal({ PORT: '70000' })).toContain(
      'PORT must be a whole number from 0 to 65535, got "70000": ',
    );
  });

  it('shows no secret beyond its prefix', () => {
    expect(refusal(broken)).not.toMatch(/hush/);
    expect(refusal(broken)).toContain(
      'SLACK_SIGNING_SECRET must be 32 hexadecimal digits, got a value of 9 characters',
    );
  });
});
