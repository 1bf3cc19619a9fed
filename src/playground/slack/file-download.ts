import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.js';
import type { SlackFile } from './model.js';
import type { Workspace } from './workspace.js';

export interface FileDownload {
  readonly workspace: Workspace | undefined;
  readonly fileId: string;
  readonly token: string | undefined;
  readonly fault: Fault | undefined;
}

/** What of "/files-pri/T0LOCAL-F123/log.txt" names the file. */
export function fileInPath(path: string): { readonly teamId: string; readonly fileId: string } {
  const [teamId = '', fileId = ''] = path.split('/')[2]?.split('-') ?? [];
  return { teamId, fileId };
}

/** A file's bytes. Without the bot token and its scope Slack shows its sign-in page, with status 200. */
export async function sendFile(
  { workspace, fileId, token, fault = { delayMs: 0 } }: FileDownload,
  response: ServerResponse,
): Promise<void> {
  const file = workspace?.files.get(fileId);
  if ('redirect' in fault) response.writeHead(302, { location: String(fault.redirect) }).end();
  else if ('status' in fault) response.writeHead(Number(fault.status)).end();
  else if ('reset' in fault) response.socket?.resetAndDestroy();
  else if (!workspace || !file) response.writeHead(404).end();
  else if ('error' in fault || workspace.botToken !== token || !mayReadFiles(workspace))
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to Slack</html>');
  else if ('hang' in fault) begin(file, response);
  else {
    if ('delayMs' in fault) await sleep(Number(fault.delayMs), undefined, { ref: false });
    response.writeHead(200, headersOf(file)).end(file.content);
  }
}

/** The first half, and then nothing. */
function begin(file: SlackFile, response: ServerResponse): void {
  response.writeHead(200, headersOf(file)).write(file.content.subarray(0, file.content.length / 2));
}

function headersOf({ mimetype, content }: SlackFile) {
  return { 'content-type': mimetype, 'content-length': content.length };
}

function mayReadFiles({ scopes }: Workspace): boolean {
  return scopes?.includes('files:read') ?? true;
}
