import {
  type ConfluenceAPIResponse,
  ConfluencePagesLoader,
} from '@langchain/community/document_loaders/web/confluence';
import { z } from 'zod';
import { ExpectedError } from '../../errors.js';
import type { Documents } from '../source.js';
import { documentsOf, type FoundText } from './documents-of.js';
import { dateOf } from './fetch-page.js';
import { DEFAULT_LIMITS } from './limits.js';
import { type ServiceFetch, serviceFetch } from './service-fetch.js';
import type { ServiceSettings, SourceAccess } from './source-access.js';

/**
 * The pages of a Confluence space, with their addresses there.
 *
 * @throws ExpectedError when the service is not configured or refuses.
 */
export async function loadConfluence(spaceKey: string, access: SourceAccess): Promise<Documents> {
  const settings = access.services.confluence;
  if (!settings) {
    throw new ExpectedError(
      'Confluence needs CONFLUENCE_URL, CONFLUENCE_TOKEN and, for an API token, CONFLUENCE_EMAIL: set them in .env or the environment.',
    );
  }
  const limits = { ...DEFAULT_LIMITS, ...access.limits };
  const loader = new SpaceLoader(spaceKey, settings, serviceFetch(access, settings.url), limits.documents);
  const pages = await loader.load();
  loader.throwFailure();
  if (pages.length === 0) {
    throw new ExpectedError(`Expected pages in the Confluence space ${spaceKey}, found none: check its key.`);
  }
  return documentsOf(
    pages.map(({ metadata: { id, title, url, updated_at: updatedAt } }): FoundText => {
      const html = loader.bodies.get(id);
      if (html === undefined) return { path: String(id), reason: 'expected a page with a body, got none' };
      return { path: String(id), html, title, url, updatedAt: dateOf(updatedAt), dialect: 'confluence' };
    }),
    access,
  );
}

/** What is used of an answer. */
const ANSWER = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      type: z.string().default('page'),
      status: z.string().default('current'),
      body: z.object({ storage: z.object({ value: z.string() }) }).optional(),
      version: z
        .object({ number: z.number(), when: z.string(), by: z.object({ displayName: z.string() }) })
        .catch({ number: 0, when: '', by: { displayName: '' } }),
    }),
  ),
});

/** LangChain's loader, with requests that are ours and bodies that are kept aside: it would make plain text of them. */
class SpaceLoader extends ConfluencePagesLoader {
  readonly bodies = new Map<string, string>();
  readonly #fetch: ServiceFetch;
  readonly #headers: Record<string, string>;
  readonly #most: number;
  #pages = 0;
  #failure: unknown;

  constructor(
    spaceKey: string,
    { url, email, token }: NonNullable<ServiceSettings['confluence']>,
    fetch: ServiceFetch,
    most: number,
  ) {
    super({ baseUrl: url, spaceKey: encodeURIComponent(spaceKey), limit: 50 });
    const basic = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
    this.#headers = { accept: 'application/json', authorization: email ? basic : `Bearer ${token}` };
    this.#fetch = fetch;
    this.#most = most;
  }

  /** The loader logs what fails and gives no pages then, which would empty the index: what failed is kept and thrown. */
  protected override async fetchConfluenceData(url: string): Promise<ConfluenceAPIResponse> {
    try {
      const { results } = ANSWER.parse(await this.#fetch.json(url, { headers: this.#headers }));
      this.#pages += results.length;
      if (this.#pages > this.#most)
        throw new ExpectedError(`Expected at most ${this.#most} pages, got more.`);
      for (const { id, body } of results) if (body) this.bodies.set(id, body.storage.value);
      const empty = { storage: { value: '' } };
      return { size: results.length, results: results.map((page) => ({ ...page, body: empty })) };
    } catch (error) {
      this.#failure = error;
      return { size: 0, results: [] };
    }
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
