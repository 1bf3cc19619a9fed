import { z } from 'zod';
import { preset, unset } from './setting-info.js';
import { URL_EXPECTED, url } from './setting-values.js';

/** What stands between the program and the services, and where those are. */
export const networkSettings = {
  HTTPS_PROXY: unset(url, {
    group: 'network',
    description: 'Proxy for requests to https addresses.',
    expected: URL_EXPECTED,
    where: 'ask whoever runs your network',
    example: 'http://proxy.example.com:8080',
  }),
  HTTP_PROXY: unset(url, {
    group: 'network',
    description: 'Proxy for requests to http addresses.',
    expected: URL_EXPECTED,
    where: 'ask whoever runs your network',
    example: 'http://proxy.example.com:8080',
  }),
  NO_PROXY: unset(z.string(), {
    group: 'network',
    description: 'Hosts that are reached without the proxy, separated by commas.',
    expected: 'be host names separated by commas',
    where: 'ask whoever runs your network',
    example: 'localhost,127.0.0.1,.internal.example.com',
  }),
  NODE_EXTRA_CA_CERTS: unset(z.string(), {
    group: 'network',
    description: "PEM file with further certificate authorities, such as your proxy's.",
    expected: 'be the path of a PEM file',
    where: 'ask whoever runs your network',
    example: '/etc/ssl/certs/company.pem',
  }),
  SLACK_API_URL: preset(url, 'https://slack.com/api', {
    group: 'network',
    description: "Slack's Web API.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to Slack itself',
    example: 'http://127.0.0.1:4000/api',
  }),
  ANTHROPIC_BASE_URL: unset(url, {
    group: 'network',
    description: "Claude's API.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to Anthropic itself',
    example: 'https://gateway.example.com/anthropic',
  }),
  OPENAI_BASE_URL: unset(url, {
    group: 'network',
    description: "OpenAI's API, or one that speaks the same.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to OpenAI itself',
    example: 'https://gateway.example.com/openai/v1',
  }),
};
