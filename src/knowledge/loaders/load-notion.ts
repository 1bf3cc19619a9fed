import { NotionAPILoader } from '@langchain/community/document_loaders/web/notionapi';
import { Client } from '@notionhq/client';
import { z } from 'zod';
import { ExpectedError } from '../../errors.js';
import type { Documents } from '../source.js';
import { documentsOf, type FoundText } from './documents-of.js';
import { dateOf } from './fetch-page.js';
import { DEFAULT_LIMITS } from './limits.js';
import { serviceFetch } from './service-fetch.js';
import type { SourceAccess } from './source-access.js';

/** Notion allows three requests a second. */
const CONCURRENCY = 3;

/** What is used of a page. */
const PAGE = z.object({
  notionId: z.string(),
  url: z.string().optional(),
  last_edited_time: z.string().optional(),
  properties: z.object({ _title: z.string().optional() }),
});

/**
 * A Notion page with the pages below it, or the pages of a database.
 *
 * @throws ExpectedError when the service is not configured, or the page is not shared with the integration.
 */
export async function loadNotion(id: string, access: SourceAccess): Promise<Documents> {
  const settings = access.services.notion;
  if (!settings) {
    throw new ExpectedError('Notion needs NOTION_TOKEN: set it in .env or the environment.');
  }
  const { apiUrl, token } = settings;
  const limits = { ...DEFAULT_LIMITS, ...access.limits };
  const failures: FoundText[] = [];
  const { fetch } = serviceFetch(access, apiUrl);
  const requests = { fetch, root: id, failures, most: limits.documents };
  const loader = new NotionAPILoader({
    id,
    clientOptions: { auth: token, baseUrl: apiUrl, fetch: withoutFailures(requests), retry: false },
    callerOptions: { maxConcurrency: CONCURRENCY, maxRetries: 0 },
  });
  queryDataSources(loader, failures);
  const pages = await loader.load().catch((cause: unknown) => {
    throw new ExpectedError(`Notion gives nothing for ${id}: ${reasonOf(cause)}.`, { cause });
  });
  if (pages.length + failures.length === 0) {
    throw new ExpectedError(`Expected text in the Notion page or database ${id}, found none.`);
  }
  const failed = new Set(failures.map(({ path }) => path));
  const found = pages.flatMap(({ pageContent, metadata }): FoundText[] => {
    const { notionId: path, url, last_edited_time: edited, properties } = PAGE.parse(metadata);
    const document = { path, url, updatedAt: dateOf(edited), title: properties._title };
    return failed.has(path) ? [] : [{ ...document, format: 'markdown', text: pageContent }];
  });
  return documentsOf([...found, ...failures], access);
}

interface Requests {
  readonly fetch: typeof globalThis.fetch;
  readonly root: string;
  readonly failures: FoundText[];
  readonly most: number;
}

/**
 * The loader ends at the first page that cannot be read. It is told instead that there is nothing: the page is then reported
 * as failed, and what was indexed of it stays.
 */
function withoutFailures({ fetch, root, failures, most }: Requests): typeof globalThis.fetch {
  const read = new Set<string>();
  let page = root;
  return async (input, init) => {
    const [, kind, id = ''] = /\/v1\/(pages|blocks)\/([\w-]+)/.exec(String(input)) ?? [];
    // Pages are read one after the other, their blocks after them.
    if (kind === 'pages') page = id;
    if (kind === 'pages' && read.add(id).size > most) {
      throw new ExpectedError(`Expected at most ${most} Notion pages, got more.`);
    }
    const response = await fetch(input, init);
    if (response.ok || kind === undefined || (kind === 'pages' && sameId(id, root))) return response;
    // Pages that this one holds are not found either.
    const reason = `Notion answered ${response.status}: ${await messageIn(response)}`;
    failures.push({ path: page, reason, hidesOthers: true });
    return Response.json(
      kind === 'pages'
        ? { object: 'page', id }
        : { object: 'list', results: [], has_more: false, next_cursor: null },
    );
  };
}

/**
 * The loader asks `databases.query`, which Notion's client no longer has: a database now has data sources, and they are
 * asked. Without this every database would be empty. What fails the loader would only log: half a database must not be taken
 * for all of it.
 */
function queryDataSources(loader: NotionAPILoader, failures: FoundText[]): void {
  const client: unknown = Reflect.get(loader, 'notionClient');
  if (!(client instanceof Client)) throw new TypeError('expected the loader to keep its Notion client');
  Object.assign(client.databases, {
    async query({ database_id: path }: { database_id: string }) {
      const results: unknown[] = [];
      try {
        for await (const page of pagesIn(client, path)) results.push(page);
      } catch (error) {
        failures.push({
          path,
          reason: `the database cannot be listed: ${reasonOf(error)}`,
          hidesOthers: true,
        });
      }
      return { results, has_more: false, next_cursor: null };
    },
  });
}

async function* pagesIn(client: Client, database_id: string): AsyncGenerator<unknown> {
  const database = await client.databases.retrieve({ database_id });
  for (const { id } of 'data_sources' in database ? database.data_sources : []) {
    for (let cursor: string | null | undefined = ''; cursor != null; ) {
      const query: { data_source_id: string; start_cursor?: string } = { data_source_id: id };
      if (cursor !== '') query.start_cursor = cursor;
      const answer = await client.dataSources.query(query);
      yield* answer.results;
      cursor = answer.next_cursor;
    }
  }
}

function sameId(one: string, other: string): boolean {
  return one.replaceAll('-', '') === other.replaceAll('-', '');
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(' / ');
  return error instanceof Error ? error.message : String(error);
}

async function messageIn(response: Response): Promise<string> {
  const body = z.object({ message: z.string() }).safeParse(await response.json().catch(() => undefined));
  return body.data?.message ?? 'nothing more';
}
