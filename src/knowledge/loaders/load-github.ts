import { UnknownHandling } from '@langchain/classic/document_loaders/fs/directory';
import { GithubRepoLoader } from '@langchain/community/document_loaders/web/github';
import { AsyncCaller } from '@langchain/core/utils/async_caller';
import { z } from 'zod';
import { ExpectedError } from '../../errors.js';
import type { Documents, SourceOptions } from '../source.js';
import { publishedUrl } from '../sources/published-url.js';
import { CommitDates } from './commit-dates.js';
import { documentsOf, type FoundText } from './documents-of.js';
import { FILE_ENDINGS, fileFormatOf } from './file-formats.js';
import { DEFAULT_LIMITS } from './limits.js';
import { type ServiceFetch, serviceFetch } from './service-fetch.js';
import type { SourceAccess } from './source-access.js';
import { pathFilter } from './url-patterns.js';

/** Where github.com's API says that a file is. */
const RAW_HOST = 'raw.githubusercontent.com';
/** GitHub lists no more of a folder, and does not say so. */
const MOST_LISTED = 1000;

const REPOSITORY = z.object({ default_branch: z.string(), html_url: z.string() });
const LISTED = z.object({ type: z.string(), path: z.string() }).loose();

/**
 * The documents of a repository, or of a folder in it, on its default branch unless one is given.
 *
 * @throws ExpectedError when it cannot be read with the token that there is.
 */
export async function loadGithub(
  location: string,
  options: SourceOptions,
  access: SourceAccess,
): Promise<Documents> {
  const { apiUrl, token } = access.services.github ?? { apiUrl: 'https://api.github.com' };
  const [, owner, repo, folder = '', branch] =
    /^([^/#]+)\/([^/#]+)(?:\/([^#]*))?(?:#(.+))?$/.exec(location) ?? [];
  if (!owner || !repo) throw new ExpectedError(`Expected a repository as owner/name, got "${location}".`);
  const service = serviceFetch(access, apiUrl, new URL(apiUrl).host === 'api.github.com' ? [RAW_HOST] : []);
  const headers = { 'user-agent': 'Threadsmith', ...(token && { authorization: `Bearer ${token}` }) };
  const repository = `${apiUrl}/repos/${owner}/${repo}`;
  const answer = await service.json(repository, { headers });
  const { default_branch: usual, html_url: page } = REPOSITORY.parse(answer);
  const site = page.slice(0, -`/${owner}/${repo}`.length);
  const limits = { ...DEFAULT_LIMITS, ...access.limits };
  const requests = new Requests(service, limits.documents);
  const ref = branch ?? usual;
  const wanted = pathFilter(options);
  // Without a token GitHub answers 60 requests an hour.
  const dates = token ? new CommitDates({ service, repository, ref, headers }) : undefined;
  const loader = new RepositoryLoader(
    `${site}/${owner}/${repo}${folder && `/tree/${ref.replaceAll('/', '%2F')}/${folder.replace(/\/+$/, '')}`}`,
    { ...{ baseUrl: site, apiUrl, branch: encodeURIComponent(ref) }, ...(token && { accessToken: token }) },
    requests.fetch,
    wanted,
  );
  return { ...documentsOf(found(), access), unusedPatterns: wanted.unused };

  async function* found(): AsyncGenerator<FoundText> {
    let count = 0;
    for await (const { pageContent, metadata } of loader.loadAsStream()) {
      count += 1;
      const path = String(metadata.source);
      const { failure, bytes } = requests.takeLast();
      const format = fileFormatOf(path);
      const isFile = format === 'pdf' || format === 'docx';
      const most = isFile ? limits.fileBytes : limits.textBytes;
      if (failure !== undefined) yield { path, reason: failure };
      else if (bytes.length > most) {
        yield { path, reason: `expected at most ${most} bytes: split the document` };
      } else if (format) {
        const encoded = path.split('/').map(encodeURIComponent).join('/');
        const below = folder ? path.slice(folder.replace(/\/*$/, '/').length) : path;
        const url = options.baseUrl ? publishedUrl(options.baseUrl, below) : `${page}/blob/${ref}/${encoded}`;
        const place = { path, url, updatedAt: await dates?.of(path).catch(() => undefined) };
        if (isFile) yield { ...place, type: format, bytes };
        else if (format === 'html') yield { ...place, html: pageContent };
        else yield { ...place, format, text: pageContent };
      }
    }
    if (count === 0) {
      throw new ExpectedError(
        `Expected documents (${FILE_ENDINGS.join(', ')}) in ${location}, found none that are wanted.`,
      );
    }
  }
}

/**
 * The loader's requests, one after the other: it logs what fails, takes an error page for the file, and every file for
 * text.
 */
class Requests {
  readonly #service: ServiceFetch;
  readonly #most: number;
  #made = 0;
  #failure: string | undefined;
  #bytes = new Uint8Array();

  constructor(service: ServiceFetch, most: number) {
    this.#service = service;
    this.#most = most;
  }

  /** The last file's bytes, or why it could not be read. */
  takeLast(): { failure: string | undefined; bytes: Uint8Array } {
    const last = { failure: this.#failure, bytes: this.#bytes };
    this.#failure = undefined;
    this.#bytes = new Uint8Array();
    return last;
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    this.#made += 1;
    if (this.#made > this.#most) throw new ExpectedError(`Expected at most ${this.#most} files, got more.`);
    const isListing = /\/contents\/[^/]*\?ref=/.test(String(input));
    if (isListing) return Response.json(listed(await this.#service.json(String(input), init ?? {})));
    try {
      const response = await this.#service.fetch(input, init);
      if (!response.ok) this.#failure = `expected a file, GitHub answered ${response.status}`;
      this.#bytes = new Uint8Array(await response.arrayBuffer());
      return new Response(this.#bytes, { status: response.ok ? 200 : response.status });
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
}

/**
 * Files and folders: the loader would ask for a link or a submodule again and again.
 *
 * @throws ExpectedError for what is no listing: taken for an empty one it would empty the index.
 */
function listed(answer: unknown): unknown {
  const { data: entries } = z.array(LISTED).safeParse(Array.isArray(answer) ? answer : [answer]);
  if (!entries) {
    throw new ExpectedError(
      `Expected a listing of files from GitHub, got ${JSON.stringify(answer).slice(0, 200)}.`,
    );
  }
  if (entries.length >= MOST_LISTED) {
    throw new ExpectedError(
      `GitHub lists only ${MOST_LISTED} entries of a folder, and one of these has more: index a checkout instead.`,
    );
  }
  return entries.filter(({ type }) => type === 'file' || type === 'dir');
}

class RepositoryLoader extends GithubRepoLoader {
  readonly #wanted: (path: string) => boolean;

  constructor(
    url: string,
    params: ConstructorParameters<typeof GithubRepoLoader>[1],
    fetch: typeof globalThis.fetch,
    wanted: (path: string) => boolean,
  ) {
    super(url, { ...params, unknown: UnknownHandling.Ignore });
    this.#wanted = wanted;
    this.caller = callerWith(fetch);
  }

  protected override shouldIgnore(path: string, fileType: string): boolean {
    return fileType !== 'dir' && (fileFormatOf(path) === undefined || !this.#wanted(path));
  }
}

/**
 * The loader calls the global `fetch`, which knows no proxy and no limits, at once when it is called: for that moment the
 * global is ours. Nothing else runs meanwhile.
 */
function callerWith(fetch: typeof globalThis.fetch): AsyncCaller {
  const call: AsyncCaller['call'] = (callable, ...args) => {
    const before = globalThis.fetch;
    globalThis.fetch = fetch;
    try {
      return callable(...args);
    } finally {
      globalThis.fetch = before;
    }
  };
  return Object.assign(new AsyncCaller({}), { call });
}
