import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { CONDENSE_PROMPT } from '../../src/rag/prompt.js';

export interface ClaudeRequest {
  readonly body: Anthropic.MessageCreateParamsStreaming;
  /** When the whole request was there, in `performance.now()` milliseconds. */
  readonly at: number;
  /** Whether the client hung up before the end. */
  closed: boolean;
}

/** A piece of a reply: text, a quote of a passage by its number, or something that goes wrong. */
export type Piece =
  | string
  | { readonly cite: number; readonly quote?: string }
  | { readonly waitFor: Promise<unknown> }
  | { readonly pauseMs: number }
  | { readonly error: string }
  | { readonly cut: true }
  | { readonly thinking: string };

export type Reply =
  | readonly Piece[]
  | { readonly status: number; readonly type: string }
  | { readonly pieces: readonly Piece[]; readonly stopReason: string };

export interface ClaudeReplay {
  readonly baseUrl: string;
  /** For answers; those that rewrite a follow-up are apart. */
  readonly requests: readonly ClaudeRequest[];
  readonly condenseRequests: readonly ClaudeRequest[];
  /** What the next request gets; the last reply given stays for all that follow. */
  reply(reply: Reply | ((request: ClaudeRequest['body']) => Reply)): void;
  /** What rewriting a follow-up gets. @default the message as it is */
  condense(reply: Reply | ((request: ClaudeRequest['body']) => Reply)): void;
  close(): Promise<void>;
}

/** Plays the Messages API over SSE as Claude sends it, with what aimock has not: citations, errors, cuts and pings. */
export async function startClaudeReplay(): Promise<ClaudeReplay> {
  const requests: ClaudeRequest[] = [];
  const condenseRequests: ClaudeRequest[] = [];
  let condenseScript: (body: ClaudeRequest['body']) => Reply = sameMessage;
  let script: (body: ClaudeRequest['body']) => Reply = () => ['Hello.'];

  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as ClaudeRequest['body'];
    const entry: ClaudeRequest = { body, at: performance.now(), closed: false };
    const condenses = body.system === CONDENSE_PROMPT;
    (condenses ? condenseRequests : requests).push(entry);
    response.on('close', () => {
      entry.closed = !response.writableFinished;
    });
    await play((condenses ? condenseScript : script)(body), body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    condenseRequests,
    reply(reply) {
      script = typeof reply === 'function' ? reply : () => reply;
    },
    condense(reply) {
      condenseScript = typeof reply === 'function' ? reply : () => reply;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function sameMessage({ messages }: ClaudeRequest['body']): Reply {
  return [/<message>\n([\s\S]*)\n<\/message>/.exec(String(messages[0]?.content))?.[1] ?? ''];
}

async function play(reply: Reply, body: ClaudeRequest['body'], response: ServerResponse): Promise<void> {
  if ('status' in reply) {
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type: reply.type, message: reply.type } }));
    return;
  }
  const { pieces, stopReason } = 'pieces' in reply ? reply : { pieces: reply, stopReason: 'end_turn' };
  const send = (event: { type: string } & Record<string, unknown>) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_replay' });
  send({ type: 'message_start', message: messageStart(body.model) });
  send({ type: 'ping' });

  let index = -1;
  let open = false;
  const closeBlock = () => {
    if (open) send({ type: 'content_block_stop', index });
    open = false;
  };
  const openBlock = (content_block: object) => {
    closeBlock();
    index += 1;
    open = true;
    send({ type: 'content_block_start', index, content_block });
  };
  let output = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      if (!open) openBlock({ type: 'text', text: '' });
      output += Math.ceil(piece.length / 4);
      send({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: piece } });
    } else if ('cite' in piece) {
      send({
        type: 'content_block_delta',
        index,
        delta: { type: 'citations_delta', citation: citation(piece, body) },
      });
      closeBlock();
    } else if ('thinking' in piece) {
      openBlock({ type: 'thinking', thinking: '', signature: '' });
      send({
        type: 'content_block_delta',
        index,
        delta: { type: 'thinking_delta', thinking: piece.thinking },
      });
      closeBlock();
    } else if ('waitFor' in piece) await piece.waitFor;
    else if ('pauseMs' in piece) await setTimeout(piece.pauseMs);
    else if ('error' in piece) {
      send({ type: 'error', error: { type: piece.error, message: piece.error } });
      response.end();
      return;
    } else {
      response.destroy();
      return;
    }
  }
  closeBlock();
  send({
    type: 'message_delta',
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: output },
  });
  send({ type: 'message_stop' });
  response.end();
}

function messageStart(model: string): object {
  return {
    id: 'msg_replay',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 900,
      cache_creation_input_tokens: 200,
      cache_creation: { ephemeral_5m_input_tokens: 50, ephemeral_1h_input_tokens: 150 },
      cache_read_input_tokens: 600,
      output_tokens: 1,
    },
  };
}

/** The citation of a passage of the request itself; without a quote its first paragraph is quoted. */
function citation(
  { cite, quote }: { cite: number; quote?: string },
  { messages }: ClaudeRequest['body'],
): object {
  const content = messages.at(-1)?.content;
  const blocks: readonly Anthropic.ContentBlockParam[] = typeof content === 'object' ? content : [];
  const results = blocks.filter(isSearchResult);
  const result = results[cite];
  return {
    type: 'search_result_location',
    search_result_index: cite,
    source: result?.source ?? 'unknown',
    title: result?.title ?? null,
    cited_text: quote ?? result?.content[0]?.text ?? '',
    start_block_index: 0,
    end_block_index: 1,
  };
}

function isSearchResult(block: Anthropic.ContentBlockParam): block is Anthropic.SearchResultBlockParam {
  return block.type === 'search_result';
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
