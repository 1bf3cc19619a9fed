import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Answer =
  | string
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body?: string | Uint8Array;
    };

export interface WebSite {
  readonly origin: string;
  readonly host: string;
  /** Paths with their queries, in the order of the requests, and the request's headers. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
}

/** A site on loopback: an answer for each path; anything else is 404. */
export async function startWebSite(
  pages: (origin: string) => Readonly<Record<string, Answer | ((response: ServerResponse) => void)>>,
): Promise<WebSite> {
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ path: url, headers });
    const answer = pages(origin)[url] ?? { status: 404 };
    if (typeof answer === 'function') return answer(response);
    const {
      status = 200,
      headers: given = {},
      body = '',
    } = typeof answer === 'string' ? { body: answer } : answer;
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...given }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin, host: `127.0.0.1:${port}`, requests };
}

export function sitemapOf(locations: readonly string[], lastModified = '2024-05-06'): Answer {
  const urls = locations.map((url) => `<url><loc>${url}</loc><lastmod>${lastModified}</lastmod></url>`);
  const xmlns = 'http://www.sitemaps.org/schemas/sitemap/0.9';
  return {
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><urlset xmlns="${xmlns}">${urls.join('')}</urlset>`,
  };
}
