import { Client, RunTree } from 'langsmith';
import type { LangSmithRecorder } from '../../src/playground/langsmith/recorder.js';

/** Two runs through the real SDK, as the bot would send them. */
export async function sendTrace(
  langsmith: Pick<LangSmithRecorder, 'endpoint' | 'apiKey'>,
  runId: string,
  sessionId: string,
): Promise<void> {
  const client = new Client({ apiUrl: langsmith.endpoint, apiKey: langsmith.apiKey });
  const metadata = { session_id: sessionId };
  const root = new RunTree({
    id: runId,
    name: 'langsmith_rag',
    run_type: 'chain',
    client,
    metadata,
    project_name: 'p',
  });
  await root.postRun();
  const usage = { input_tokens: 1842, output_tokens: 126, total_tokens: 1968 };
  const child = root.createChild({
    name: 'call_anthropic',
    run_type: 'llm',
    metadata: { ...metadata, usage_metadata: usage },
  });
  await child.postRun();
  await child.end({});
  await child.patchRun();
  await root.end({});
  await root.patchRun();
  await client.awaitPendingTraceBatches();
}
