import { FileProblem } from './file-problem.js';

export interface DownloadOptions {
  readonly botToken: string;
  /** Where the Web API is, when it is not Slack's own: files may come from there too. */
  readonly apiUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

export interface Downloaded {
  readonly bytes: Uint8Array;
  /** Slack answered with a web page: for a file that is none, its sign-in page. */
  readonly isHtml: boolean;
}

/**
 * Rejects with a {@link FileProblem} for everything that is wrong with the file or its address, with the signal's reason
 * when that ends it, and with what fetch throws.
 */
export type DownloadFile = (url: string, maxBytes: number, signal: AbortSignal) => Promise<Downloaded>;

export const NOT_PERMITTED =
  'may not be read by me: an admin has to give the app the permission `files:read` and install it again';

const MOST_REDIRECTS = 3;
const SLACK_HOST = /(?:^|\.)slack(?:-gov)?\.com$/;

/**
 * Downloads files with the bot token, which goes to Slack and to nobody else: neither an address in an event nor a redirect
 * can lead it elsewhere.
 */
export function createDownload({ botToken, apiUrl, fetch }: DownloadOptions): DownloadFile {
  const apiOrigin = apiUrl === undefined ? undefined : new URL(apiUrl).origin;

  function addressed(url: string, base?: URL): URL {
    const address = URL.canParse(url, base?.href) ? new URL(url, base) : undefined;
    const isSlack =
      address?.protocol === 'https:' && address.port === '' && SLACK_HOST.test(address.hostname);
    if (!address || !(isSlack || address.origin === apiOrigin)) throw new FileProblem('is not kept by Slack');
    return address;
  }

  return async function download(url, maxBytes, signal) {
    let address = addressed(url);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await fetch(address.href, {
        headers: { authorization: `Bearer ${botToken}` },
        redirect: 'manual',
        signal,
      });
      const location = response.status >= 300 && response.status < 400 && response.headers.get('location');
      if (!location) return await received(response, maxBytes);
      await response.body?.cancel();
      address = addressed(location, address);
      // To whom may not see the file, Slack answers with the way to its sign-in page.
      if (address.searchParams.has('redir')) throw new FileProblem(NOT_PERMITTED);
    }
    throw new FileProblem('could not be downloaded from Slack');
  };
}

async function received(response: Response, maxBytes: number): Promise<Downloaded> {
  const { status, headers, body } = response;
  if (status !== 200 || !body) {
    await body?.cancel();
    if (status === 401 || status === 403) throw new FileProblem(NOT_PERMITTED);
    throw new FileProblem(
      status === 404 || status === 410 ? 'was deleted' : 'could not be downloaded from Slack',
    );
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const part of body) {
    size += part.byteLength;
    if (size > maxBytes) throw new FileProblem('is larger than Slack says');
    parts.push(part);
  }
  return { bytes: Buffer.concat(parts), isHtml: /\bhtml\b/i.test(headers.get('content-type') ?? '') };
}
