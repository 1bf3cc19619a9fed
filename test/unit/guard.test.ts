import { describe, expect, test } from 'vitest';
import { createGuard, type GuardedRequest } from '../../src/playground/server/guard.js';

const guard = createGuard({ port: 3000, token: 'the-token' });
const cookie = 'threadsmith_3000=the-token';

function get(url: string, headers: GuardedRequest['headers'] = {}) {
  return guard({ method: 'GET', url, headers: { host: 'localhost:3000', ...headers } });
}

function post(headers: GuardedRequest['headers'] = {}) {
  const usual = {
    host: 'localhost:3000',
    origin: 'http://localhost:3000',
    'content-type': 'application/json',
    cookie,
  };
  return guard({ method: 'POST', url: '/messages', headers: { ...usual, ...headers } });
}

const refused = (status: number) => ({ action: 'refuse', status, reason: expect.any(String) });

describe('Host', () => {
  test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])('%s is served', (host) => {
    expect(get('/', { host, cookie })).toEqual({ action: 'serve', path: '/' });
  });

  test.each([
    'evil.example:3000',
    'localhost',
    'localhost:3001',
    'localhost.evil.example:3000',
    'localhost:3000.evil.example',
    '0.0.0.0:3000',
    '',
  ])('%j is misdirected, even with the cookie', (host) => {
    expect(get('/', { host, cookie })).toEqual(refused(421));
  });

  test('none at all is misdirected', () => {
    expect(guard({ method: 'GET', url: '/', headers: { cookie } })).toEqual(refused(421));
  });
});

describe('Origin', () => {
  test.each([
    'http://evil.example',
    'http://localhost:3001',
    'https://localhost:3000',
    'http://127.0.0.1:3000',
    'null',
    '',
  ])('%j is refused on GET and POST, even with the cookie', (origin) => {
    expect(get('/events', { origin, cookie })).toEqual(refused(403));
    expect(post({ origin })).toEqual(refused(403));
  });

  test('a page on another local port is the same site, so its requests come with the cookie: refused', () => {
    const headers = { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' };
    expect(get('/page.js', headers)).toEqual(refused(403));
    expect(post({ origin: undefined, 'sec-fetch-site': 'same-site' })).toEqual(refused(403));
    // A form that navigates is a POST too.
    expect(post({ origin: undefined, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' })).toEqual(
      refused(403),
    );
  });

  test('a link from elsewhere may be followed', () => {
    const headers = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(get('/', headers)).toEqual({ action: 'serve', path: '/' });
  });
});

describe('POST', () => {
  test('with its own origin, JSON and the token is served', () => {
    expect(post()).toEqual({ action: 'serve', path: '/messages' });
    expect(post({ 'content-type': 'Application/JSON; charset=utf-8' })).toMatchObject({ action: 'serve' });
  });

  test('without Origin needs Sec-Fetch-Site: same-origin', () => {
    expect(post({ origin: undefined })).toEqual(refused(403));
    expect(post({ origin: undefined, 'sec-fetch-site': 'none' })).toEqual(refused(403));
    expect(post({ origin: undefined, 'sec-fetch-site': 'same-origin' })).toMatchObject({ action: 'serve' });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'text/plain; application/json',
    '',
  ])('with content type %j, which a foreign form could send or no JSON is, is refused', (contentType) => {
    expect(post({ 'content-type': contentType })).toEqual(refused(415));
  });

  test('without the token is refused', () => {
    expect(post({ cookie: undefined })).toEqual(refused(401));
    expect(post({ cookie: 'threadsmith_3000=wrong' })).toEqual(refused(401));
  });

  test.each(['PUT', 'DELETE', 'OPTIONS', 'TRACE', ''])('%j is not a method here', (method) => {
    expect(guard({ method, url: '/', headers: { host: 'localhost:3000', cookie } })).toEqual(refused(405));
  });
});

describe('the token', () => {
  test('in the printed link becomes a cookie that scripts and other sites cannot use', () => {
    expect(get('/?token=the-token')).toEqual({
      action: 'welcome',
      cookie: 'threadsmith_3000=the-token; HttpOnly; SameSite=Strict; Path=/',
    });
  });

  test.each([
    '/?token=',
    '/?token=the-toke',
    '/?token=the-token1',
    '/?token[]=the-token',
    '/events?token=the-token',
  ])('%s opens nothing', (url) => {
    expect(get(url)).toEqual(refused(401));
  });

  test('a wrong token in the link does not shut out a browser that has the cookie', () => {
    expect(get('/?token=of-an-earlier-start', { cookie })).toEqual({ action: 'serve', path: '/' });
  });

  test('is found among other cookies, and only under the name of this port', () => {
    expect(get('/', { cookie: `a=b; ${cookie}; c=d` })).toMatchObject({ action: 'serve' });
    expect(get('/', { cookie: 'threadsmith_3001=the-token' })).toEqual(refused(401));
    expect(get('/', { cookie: 'xthreadsmith_3000=the-token' })).toEqual(refused(401));
  });

  test('its refusal says in one line what to open', () => {
    expect(get('/')).toMatchObject({ reason: expect.stringMatching(/^Open the link .* terminal.*$/) });
  });
});

test.each(['http://evil.example/', '//[', '*'])('the target %j is refused', (url) => {
  expect(get(url, { cookie })).toEqual(refused(400));
});
