import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arguments, decodeArguments } from './arguments.js';
import { callMethod, type Reply, rateLimited, refusal } from './call-method.js';
import { createFaults, type Fault, type FaultOptions } from './faults.js';
import { fileInPath, sendFile } from './file-download.js';
import { listenOnLoopback, readBody } from './loopback-server.js';
import { createRateLimits } from './rate-limits.js';
import { createResponseUrls, type ResponseUrls } from './response-urls.js';
import { SlackError } from './slack-error.js';
import type { Workspace } from './workspace.js';

/** One request that reached the Web API; a use of a response_url is listed as `response_url`, a download as `file_download`. */
export interface SlackCall {
  readonly method: string;
  /** Decoded: JSON arguments as values; without the token. */
  readonly args: Arguments;
  readonly token: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly teamId: string | undefined;
  fault?: Fault;
  /** Absent while the call runs, and for good when no answer was sent. */
  response?: Reply;
}

export interface WebApiOptions {
  readonly workspaces: readonly Workspace[];
  /** @default 0, a free port */
  readonly port?: number;
  readonly appToken?: string;
  /** Enforce Slack's tiers. @default not */
  readonly limits?: 'slack' | undefined;
  /** The clock of the tiers and of `at`. */
  readonly now?: () => number;
  /** Makes a one-time Socket Mode url. */
  readonly openConnection?: () => string;
}

export interface SlackApi {
  /** "http://127.0.0.1:1234/api/", for WebClient's slackApiUrl. */
  readonly apiUrl: string;
  readonly origin: string;
  readonly appToken: string;
  readonly server: Server;
  readonly responseUrls: ResponseUrls;
  /** Every call so far, oldest first, or those of one method. */
  calls(method?: string): SlackCall[];
  /** Called when a call arrives and again when it was answered. */
  onCall(listener: (call: SlackCall) => void): () => void;
  /** Lets calls of a method go wrong, '*' for every method. */
  fail(method: string, fault: Fault, options?: FaultOptions): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** Slack's Web API over HTTP on loopback. Rejects when the port is taken. */
export async function startWebApi(options: WebApiOptions): Promise<SlackApi> {
  const { workspaces, port = 0, now = Date.now, appToken = `xapp-1-A0APP-${randomUUID()}` } = options;
  const faults = createFaults();
  const limits = options.limits === 'slack' ? createRateLimits(now) : undefined;
  const responseUrls = createResponseUrls();
  const calls: SlackCall[] = [];
  const listeners = new Set<(call: SlackCall) => void>();
  const { server, origin, close } = await listenOnLoopback(handle, port);

  function openConnection(): string {
    if (!options.openConnection) throw new SlackError('forbidden_team');
    return options.openConnection();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname.startsWith('/api/')) await answer(url, request, response);
    else if (url.pathname.startsWith('/actions/')) await answer(url, request, response, 'response_url');
    else if (url.pathname.startsWith('/upload/v1/')) await upload(url.pathname, request, response);
    else if (url.pathname.startsWith('/files-pri/')) await download(url.pathname, request, response);
    else response.writeHead(404).end();
  }

  async function answer(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    method = url.pathname.slice('/api/'.length),
  ): Promise<void> {
    const decoded = decode(request.headers['content-type'] ?? '', await readBody(request), url.searchParams);
    const { token: tokenArgument, ...args } = decoded instanceof SlackError ? {} : decoded;
    const token = bearer(request) ?? (typeof tokenArgument === 'string' ? tokenArgument : undefined);
    const workspace = workspaces.find(({ botToken }) => botToken === token);
    const fault = faults.take(method, args);
    const call: SlackCall = {
      method,
      args,
      token,
      at: now(),
      teamId: workspace?.teamId,
      ...(fault && { fault }),
    };
    calls.push(call);
    announce(call);
    const run = (): Reply => {
      if (decoded instanceof SlackError) return refusal(decoded.code);
      if (method === 'response_url') return respond(url.pathname, args);
      const [home] = workspaces;
      const isAppToken = token === appToken;
      return callMethod({ method, args, token, workspace, isAppToken, home, limits, origin, openConnection });
    };
    const reply = fault ? await withFault(fault, run, request) : run();
    if (!reply) return;
    call.response = reply;
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
    response.end(JSON.stringify(reply.body));
    announce(call);
  }

  function announce(call: SlackCall): void {
    for (const listener of listeners) listener(call);
  }

  function respond(path: string, args: Arguments): Reply {
    try {
      responseUrls.respond(path, args);
      return { status: 200, headers: {}, body: { ok: true } };
    } catch (error) {
      if (error instanceof SlackError) return refusal(error.code);
      throw error;
    }
  }

  /** The bytes of a file that `files.getUploadURLExternal` gave a place to. */
  async function upload(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = new TextEncoder().encode(await readBody(request));
    const [teamId, fileId = ''] = path.split('/').at(-1)?.split('-') ?? [];
    const workspace = workspaces.find((candidate) => candidate.teamId === teamId);
    const file = workspace?.files.get(fileId);
    const fault = faults.take('file_upload', {});
    const status = fault && 'status' in fault ? Number(fault.status) : file ? 200 : 404;
    if (workspace && file && status === 200) workspace.files.set(file.id, { ...file, content });
    response.writeHead(status).end();
  }

  async function download(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { teamId, fileId } = fileInPath(path);
    const token = bearer(request);
    const args = { file: fileId };
    const fault = faults.take('file_download', args);
    const call = { method: 'file_download', args, token, at: now(), teamId, ...(fault && { fault }) };
    calls.push(call);
    announce(call);
    const workspace = workspaces.find((candidate) => candidate.teamId === teamId);
    await sendFile({ workspace, fileId, token, fault }, response);
  }

  return {
    apiUrl: `${origin}/api/`,
    origin,
    appToken,
    server,
    responseUrls,
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: faults.add,
    clearFaults: faults.clear,
    close,
  };
}

function decode(contentType: string, body: string, query: URLSearchParams): Arguments | SlackError {
  try {
    return decodeArguments(contentType, body, query);
  } catch (error) {
    if (error instanceof SlackError) return error;
    throw error;
  }
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

/** @returns undefined when no answer is to be sent. */
async function withFault(
  fault: Fault,
  run: () => Reply,
  request: IncomingMessage,
): Promise<Reply | undefined> {
  if ('error' in fault) {
    const { error, ...more } = fault;
    return refusal(error, more);
  }
  if ('redirect' in fault) return { status: 302, headers: { location: String(fault.redirect) }, body: {} };
  if ('status' in fault) return { status: fault.status, headers: {}, body: {} };
  if ('rateLimited' in fault) return rateLimited(fault.rateLimited);
  if ('delayMs' in fault) {
    await sleep(fault.delayMs, undefined, { ref: false });
    return run();
  }
  if ('reset' in fault) {
    if (fault.reset === 'after') run();
    request.socket.resetAndDestroy();
  }
  return undefined;
}
