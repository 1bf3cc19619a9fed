import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The part of a request that the guard reads. */
export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type Verdict =
  | { readonly action: 'serve'; readonly path: string }
  /** The printed link was opened: set the cookie and redirect to `/`, so that the token leaves the address bar. */
  | { readonly action: 'welcome'; readonly cookie: string }
  | {
      readonly action: 'refuse';
      readonly status: 400 | 401 | 403 | 405 | 415 | 421;
      readonly reason: string;
    };

/**
 * Decides on every request to the playground before anything else sees it.
 *
 * Listening on loopback protects nothing by itself: any page in the user's browser can post to localhost, a page on
 * another local port counts as the same site (so SameSite cookies are sent), and a rebound DNS name makes the attacker's
 * page the same origin. Hence the Host header is checked against DNS rebinding, Origin and Sec-Fetch-* against foreign
 * pages, and the token against everything that did not read this process's terminal.
 *
 * One thing no header tells: a browser sends localhost's cookies to every port, and a server there that is visited meanwhile could
 * send ours from a program of its own. Another name or path for the cookie would change nothing for the page that it then opens; the
 * documents say so (getting-started.md).
 */
export function createGuard({ port, token }: { readonly port: number; readonly token: string }) {
  const hosts = new Set([`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]);
  // Cookies ignore the port: two playgrounds side by side need two names.
  const cookieName = `threadsmith_${port}`;

  return function guard({ method = '', url = '', headers }: GuardedRequest): Verdict {
    const host = headers.host?.toLowerCase() ?? '';
    if (!hosts.has(host)) {
      return refuse(421, `Host must be localhost:${port}, 127.0.0.1:${port} or [::1]:${port}.`);
    }
    if (headers.origin !== undefined && headers.origin !== `http://${host}`) {
      return refuse(403, 'This page may only be used from its own origin.');
    }
    const site = headers['sec-fetch-site'];
    const foreign = site === 'cross-site' || site === 'same-site';
    if (foreign && headers['sec-fetch-mode'] !== 'navigate') {
      return refuse(403, 'This page may only be used from its own origin.');
    }
    if (!url.startsWith('/') || !URL.canParse(url, `http://${host}`)) {
      return refuse(400, 'The request target must be a path.');
    }
    const { pathname, searchParams } = new URL(url, `http://${host}`);

    if (method === 'GET' || method === 'HEAD') {
      const offered = searchParams.get('token');
      if (pathname === '/' && offered !== null && same(offered, token)) {
        return { action: 'welcome', cookie: `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/` };
      }
    } else if (method === 'POST') {
      if (foreign || (headers.origin === undefined && site !== 'same-origin')) {
        return refuse(403, 'A POST needs an Origin header or Sec-Fetch-Site: same-origin.');
      }
      // None that a form can send; each action takes but one of them.
      if (!/^application\/(json|octet-stream)\s*(;|$)/i.test(headers['content-type'] ?? '')) {
        return refuse(415, 'A POST needs Content-Type: application/json or application/octet-stream.');
      }
    } else {
      return refuse(405, 'Only GET, HEAD and POST are served.');
    }
    if (!cookiesNamed(cookieName, headers.cookie).some((value) => same(value, token))) {
      return refuse(
        401,
        'Open the link that `npm start` printed in the terminal: it carries the token for this page.',
      );
    }
    return { action: 'serve', path: pathname };
  };
}

function refuse(status: Extract<Verdict, { action: 'refuse' }>['status'], reason: string): Verdict {
  return { action: 'refuse', status, reason };
}

function cookiesNamed(name: string, header = ''): string[] {
  const prefix = `${name}=`;
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
}

/** Compares hashes, so that neither the time nor a length tells how much of a guess was right. */
function same(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
