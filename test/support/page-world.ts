import { onTestFinished } from 'vitest';
import { createDocumentDesk } from '../../src/playground/document-desk.js';
import { createFaultBoard } from '../../src/playground/fault-board.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { traceRecorder } from '../../src/playground/langsmith/trace-recorder.js';
import { type PageServer, startPageServer } from '../../src/playground/server/page-server.js';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { newSlackDouble } from './new-slack-double.js';
import { type RecordingApp, recordOverHttp } from './recording-app.js';

/** The playground's page over both doubles; the test plays the bot. Goes away with the test. */
export interface PageWorld {
  readonly slack: SlackDouble;
  readonly langsmith: LangSmithRecorder;
  /** What the bot is told. */
  readonly app: RecordingApp;
  readonly server: PageServer;
  readonly port: number;
  /** Starts a second page server over the same workspace. */
  startPage(port: number): Promise<PageServer>;
  /** The texts in #general. */
  posted(): string[];
}

export async function startPageWorld(): Promise<PageWorld> {
  const [slack, langsmith] = await Promise.all([
    newSlackDouble({ retryDelaysMs: [] }),
    startLangSmithRecorder(),
  ]);
  const app = await recordOverHttp(slack);
  const startPage = (port: number) =>
    startPageServer({
      port,
      workspace: slack.workspace(),
      threads: traceRecorder(langsmith),
      modes: [{ part: 'Answers', mode: 'extractive', change: 'ANTHROPIC_API_KEY: written by Claude' }],
      suggestions: () => ['How do I start?'],
      shortcuts: [{ callbackId: 'ask_about', name: 'Ask about this message' }],
      token: 'the-token',
      log: { warn: () => {} },
      faults: createFaultBoard({ slack, recorder: langsmith }),
      documents: createDocumentDesk({
        folder: '',
        closed: 'Nothing can be added here.',
        log: { warn: () => {} },
      }),
      slack,
    });
  const server = await startPage(0);
  onTestFinished(async () => {
    await server.close();
    await langsmith.close();
  });

  return {
    slack,
    langsmith,
    app,
    server,
    port: Number(new URL(server.url).port),
    startPage,
    posted: () =>
      slack
        .workspace()
        .messages('C0GENERAL')
        .map(({ text }) => text),
  };
}
