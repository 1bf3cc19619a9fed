import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createBot } from '../bot.js';
import type { Config } from '../config.js';
import type { Log } from '../logger.js';
import { type Mode, modesOf } from '../modes.js';
import { createNetwork } from '../network.js';
import { APP_SHORTCUTS } from './app-shortcuts.js';
import { createDocumentDesk } from './document-desk.js';
import { createFaultBoard, TRACES_PAUSE_MS } from './fault-board.js';
import { makeJournalFolder } from './journal-folder.js';
import { startLangSmithRecorder } from './langsmith/recorder.js';
import { traceRecorder } from './langsmith/trace-recorder.js';
import { startLocalServices } from './local-services.js';
import { OWN_DOCS_FOLDER } from './server/own-docs-page.js';
import { type PageServer, startPageServer } from './server/page-server.js';
import type { SlackDouble } from './slack/slack-double.js';
import { startSlackDouble } from './slack/start-slack-double.js';
import { startTerminal } from './terminal/terminal.js';

export interface PlaygroundOptions {
  readonly log: Log;
  /** In the terminal instead of on a page. */
  readonly terminal: boolean;
  /** Beside a configured bot the paid keys are used only when asked for. */
  readonly useKeys: boolean;
}

export interface Playground {
  readonly modes: readonly Mode[];
  /** The link to the page, with this start's token. */
  readonly address: string;
  /** Talks in the terminal until the input ends. */
  converse(
    input: NodeJS.ReadableStream & { isTTY?: boolean },
    output: Writable & { isTTY?: boolean },
  ): Promise<void>;
  stop(): Promise<void>;
}

/** What the product's own documentation answers. */
const SUGGESTIONS = [
  'how do I connect you to our Slack workspace?',
  'what is a session id and where do I find it in LangSmith?',
  'how do I give you our documents?',
];

/**
 * A Slack workspace and a LangSmith of its own on loopback, with the real bot between them: signed events in, Web API
 * calls and traces out.
 */
export async function openPlayground(
  config: Config,
  { log, terminal, useKeys }: PlaygroundOptions,
): Promise<Playground> {
  const slack = await startSlackDouble();
  const recorder = await startLangSmithRecorder();
  const used = servicesUsed(config, useKeys);
  const network = createNetwork(config.network);
  const local = await startLocalServices({ services: used, recorder, fetch: network.fetch });
  const closed = closedIndex(config);
  const documents = createDocumentDesk({ folder: join(config.dataDir, 'playground'), closed, log });
  const recorded = traceRecorder(recorder);
  const answered = { workspace: slack.workspace(), traces: recorded };
  const faults = createFaultBoard({ slack, recorder, relays: local.relays, answered });
  const modes = modesOf(
    { ...config, ...used },
    terminal ? 'a local workspace, in the terminal' : 'a local workspace, in the browser',
    config,
  );
  let suggestions: readonly string[] = [];
  const page: PageServer | undefined = terminal
    ? undefined
    : await startPageServer({
        ...{ port: config.port, workspace: slack.workspace(), slack, documents, faults, modes, log },
        threads: {
          ...recorded,
          onChange: (listener) => both(recorded.onChange(listener), local.onProjectUrl(listener)),
        },
        projectUrl: local.projectUrl,
        suggestions: () => suggestions,
        shortcuts: APP_SHORTCUTS,
      });
  // Beside a configured bot the index is that bot's: it must not learn to answer about itself.
  const ownDocs = config.slack
    ? undefined
    : { folder: fileURLToPath(OWN_DOCS_FOLDER), baseUrl: page?.docsUrl };
  const journalDir = await makeJournalFolder();
  const playing = localConfig({ ...config, ...used, ...local.services }, slack);
  const bot = await createBot(playing, {
    ...{ log, host: '127.0.0.1', journalDir, modes, tracesPauseMs: TRACES_PAUSE_MS },
    ...(ownDocs && { ownDocs }),
  });
  await documents.connect(bot.documents);
  const sources = await bot.documents.sources();
  if (ownDocs && sources.every(({ location }) => location === ownDocs.folder)) suggestions = SUGGESTIONS;
  slack.connect({ kind: 'http', url: await bot.start() });

  return {
    modes,
    address: page?.url ?? 'the terminal',
    converse: (input, output) =>
      startTerminal({
        ...{ workspace: slack.workspace(), traces: recorded, input, output },
        post: ({ channelId: channel, userId: user, ...message }) => slack.post({ channel, user, ...message }),
      }),
    async stop() {
      await page?.close();
      await documents.close();
      faults.close();
      await bot.stop();
      await Promise.all([slack.close(), recorder.close(), local.close(), network.close()]);
      await rm(journalDir, { recursive: true, force: true });
    },
  };
}

/** The given settings with the double in the place of Slack. */
function localConfig(config: Config, slack: SlackDouble): Config {
  const { botToken, signingSecret, apiUrl } = slack;
  const { noProxy } = config.network;
  return {
    ...config,
    slack: { kind: 'http', botToken, signingSecret, port: 0, apiUrl },
    // Channels and people here have other ids than a team's: its lists would leave nobody.
    access: { external: config.access.external, followUps: config.access.followUps },
    // All that the bot talks to is on this machine; the relays go through the proxy.
    network: { ...config.network, noProxy: noProxy ? `${noProxy},127.0.0.1` : '127.0.0.1' },
  };
}

/** Traces go to a project of their own: what is tried here must not stand among a team's threads. */
function servicesUsed(
  config: Config,
  useKeys: boolean,
): Pick<Config, 'anthropic' | 'openai' | 'langsmith' | 'spans' | 'notice'> {
  const { anthropic, openai, langsmith, spans, notice } = config;
  if (config.slack && !useKeys) {
    // Then questions go nowhere, and there is nothing to tell of it.
    const none = undefined;
    return { anthropic: none, openai: none, langsmith: none, spans: none, notice: none };
  }
  return {
    ...{ anthropic, openai, notice },
    langsmith: langsmith && { ...langsmith, project: `${langsmith.project}-playground` },
    spans: spans && { ...spans, serviceName: `${spans.serviceName ?? 'threadsmith'}-playground` },
  };
}

/** Why documents cannot be added here: the index is others' too. */
function closedIndex({ slack, databaseUrl }: Config): string | undefined {
  if (slack)
    return 'The playground answers from your bot’s own documents and does not change them: what is added here would be in your team’s answers. Add documents with npm run ingest.';
  if (databaseUrl !== undefined)
    return 'The index is in Postgres (DATABASE_URL), where others may answer from it, so the playground does not change it. Add documents with npm run ingest.';
  return undefined;
}

function both(first: () => void, second: () => void): () => void {
  return () => {
    first();
    second();
  };
}
