import { preset, unset } from './setting-info.js';
import { KEY_EXPECTED, key, URL_EXPECTED, url } from './setting-values.js';

/** Where documents are kept beside files and the web. */
export const sourceSettings = {
  CONFLUENCE_URL: unset(url, {
    group: 'sources',
    description: 'Your Confluence, with `/wiki` where it is in the cloud.',
    expected: URL_EXPECTED,
    where: 'it is what comes before /spaces in the address of a page',
    example: 'https://example.atlassian.net/wiki',
  }),
  CONFLUENCE_EMAIL: unset(key, {
    group: 'sources',
    description:
      'The account of an API token. Left out for a personal access token of a server or data center.',
    expected: KEY_EXPECTED,
    where: 'the account that made the API token',
    example: 'bot@example.com',
  }),
  CONFLUENCE_TOKEN: unset(key, {
    group: 'sources',
    description: 'Reads the spaces that its account may read.',
    expected: KEY_EXPECTED,
    where: 'see Security -> API tokens on https://id.atlassian.com',
    example: 'ATATT…',
    secret: true,
  }),
  NOTION_TOKEN: unset(key, {
    group: 'sources',
    description: 'Reads the pages that are shared with its integration.',
    expected: KEY_EXPECTED,
    where: 'see your integration on https://www.notion.so/profile/integrations',
    example: 'ntn_…',
    secret: true,
  }),
  NOTION_API_URL: preset(url, 'https://api.notion.com', {
    group: 'sources',
    description: "Notion's API.",
    expected: URL_EXPECTED,
    where: 'leave it out to talk to Notion itself',
    example: 'https://gateway.example.com/notion',
  }),
  GITHUB_TOKEN: unset(key, {
    group: 'sources',
    description: 'Reads private repositories; for public ones it raises the rate limit.',
    expected: KEY_EXPECTED,
    where:
      'see Settings -> Developer settings -> Personal access tokens (Contents: read-only) on https://github.com',
    example: 'github_pat_…',
    secret: true,
  }),
  GITHUB_API_URL: preset(url, 'https://api.github.com', {
    group: 'sources',
    description: "GitHub's API; an Enterprise Server's ends in `/api/v3`.",
    expected: URL_EXPECTED,
    where: 'leave it out for github.com',
    example: 'https://github.example.com/api/v3',
  }),
};
