import { Client } from 'langsmith';
import { traceable } from 'langsmith/traceable';
import { passageOf } from '../write-documents.js';
import { answerRequests } from './answer-requests.js';

/**
 * The floor of tracing: four nested `traceable` runs a turn with the shape and the size of the bot's, through the SDK's
 * default client. Nothing is masked.
 */
const client = new Client();
const options = { client, tracingEnabled: true, project_name: 'bench' };
const texts = Array.from({ length: 500 }, (_, index) => passageOf(index));
/** Others for every turn, as questions have them. */
const passagesOf = (turn: number) =>
  Array.from({ length: 8 }, (_, index) => ({
    page_content: texts[(turn * 8 + index) % texts.length],
    type: 'Document',
    metadata: {
      id: `p${index}`,
      title: 'A title',
      url: `https://docs.example.com/${index}`,
      score: 1 / (index + 1),
    },
  }));
const text = 'One sentence of the answer, which goes on for a while. '.repeat(20);

const retrieve = traceable(
  async ({ turn }: { query: string; turn: number }) => ({ documents: passagesOf(turn) }),
  {
    ...options,
    name: 'retrieve_documents',
    run_type: 'retriever',
  },
);
const call = traceable(
  async (_: object) => ({
    role: 'assistant',
    content: [{ type: 'text', text }],
    usage_metadata: { input_tokens: 1_700, output_tokens: 300, total_tokens: 2_000 },
  }),
  {
    ...options,
    name: 'call_anthropic',
    run_type: 'llm',
    metadata: { ls_provider: 'anthropic', ls_model_name: 'claude-sonnet-5-5' },
  },
);
const generate = traceable(
  async ({ question, passages }: { question: string; passages: ReturnType<typeof passagesOf> }) => {
    await call({ messages: [{ role: 'user', content: [...passages, { type: 'text', text: question }] }] });
    return { answer: text };
  },
  { ...options, name: 'generate_response', run_type: 'chain' },
);
const answer = traceable(
  async ({ messages, turn }: { messages: { role: string; content: string }[]; turn: number }) => {
    const query = messages.at(-1)?.content ?? '';
    await generate({ question: query, passages: (await retrieve({ query, turn })).documents });
    return { messages: [...messages, { role: 'assistant', content: text }] };
  },
  { ...options, name: 'langsmith_rag', run_type: 'chain' },
);

answerRequests({
  /** Traces so many turns, some of them at the same time, and sends them all. */
  turns: async (count) => {
    let left = Number(count);
    const worker = async () => {
      for (; left > 0; left -= 1) {
        await answer({ messages: [{ role: 'user', content: `How does part ${left} work?` }], turn: left });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    await client.awaitPendingTraceBatches();
    return true;
  },
});
// Nothing else holds the process.
setInterval(() => {}, 60_000);
console.log('ready in bare traces');
