import { Client, RunTree, type RunTreeConfig } from 'langsmith';
import type { LangSmithRecorder } from '../../src/playground/langsmith/recorder.js';

const PASSAGE = {
  id: 'p1',
  title: 'Start & stop',
  headings: ['Starting'],
  url: 'https://docs.example/start',
};

/** What a passage says of starting; the second paragraph is what the model quotes. */
export const PASSAGE_TEXT =
  'Threadsmith needs Node 20.\n\nRun npm start, then open the link <b>that</b> it prints.';

/** The runs of one answer through the real SDK, as the bot would send them. */
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
    inputs: { messages: [{ role: 'user', content: 'how do I start?' }] },
    client,
    metadata,
    project_name: 'p',
  });
  await root.postRun();
  const child = async (parent: RunTree, config: RunTreeConfig, outputs: Record<string, unknown>) => {
    const run = parent.createChild({ ...config, metadata: { ...metadata, ...config.metadata } });
    await run.postRun();
    if (config.run_type === 'llm') run.addEvent({ name: 'new_token' });
    await run.end(outputs);
    await run.patchRun();
    return run;
  };
  const documents = [
    { page_content: PASSAGE_TEXT, type: 'Document', metadata: { ...PASSAGE, source: 'docs', score: 4.2 } },
    { page_content: 'Ctrl-C.', type: 'Document', metadata: { id: 'p2', title: 'Stop', score: 1.1 } },
  ];
  await child(
    root,
    { name: 'retrieve_documents', run_type: 'retriever', inputs: { query: 'how do I start?' } },
    { documents },
  );
  const generate = await child(
    root,
    { name: 'generate_response', run_type: 'chain' },
    { answer: 'Run npm start [1].', sources: [{ number: 1, ...PASSAGE }] },
  );
  const usage = {
    ...{ input_tokens: 1842, output_tokens: 126, total_tokens: 1968 },
    input_token_details: { cache_read: 1000, ephemeral_5m_input_tokens: 200 },
  };
  const quote = 'Run npm start, then open the link <b>that</b> it prints.';
  await child(
    generate,
    {
      name: 'call_anthropic',
      run_type: 'llm',
      metadata: { usage_metadata: usage, ls_provider: 'anthropic', ls_model_name: 'claude-sonnet-5-5' },
    },
    { content: [{ type: 'text', text: 'Run npm start.', citations: [{ cited_text: quote }] }] },
  );
  await root.end({ messages: [{ role: 'assistant', content: 'Run npm start [1].' }] });
  await root.patchRun();
  await client.awaitPendingTraceBatches();
}
