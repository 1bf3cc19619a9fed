import { z } from 'zod';
import { dateOf } from './fetch-page.js';
import type { ServiceFetch } from './service-fetch.js';

const COMMITS = z.array(z.object({ commit: z.object({ committer: z.object({ date: z.string() }) }) }));

/** Requests of the hour that are left to others, such as the next refresh: a date is not worth a document. */
const RESERVE = 1000;

export interface CommitDatesOptions {
  readonly service: ServiceFetch;
  /** The repository's address in the API. */
  readonly repository: string;
  readonly ref: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** When files of a repository were last committed: a request each, as long as GitHub's hourly limit is far. */
export class CommitDates {
  readonly #options: CommitDatesOptions;
  #mayAsk = true;

  constructor(options: CommitDatesOptions) {
    this.#options = options;
  }

  /** ISO 8601; nothing where GitHub does not say. */
  async of(path: string): Promise<string | undefined> {
    if (!this.#mayAsk) return undefined;
    const { service, repository, ref, headers } = this.#options;
    const query = new URLSearchParams({ path, sha: ref, per_page: '1' });
    const response = await service.fetch(`${repository}/commits?${query}`, { headers });
    const left = response.headers.get('x-ratelimit-remaining');
    this.#mayAsk = response.ok && (left === null || Number(left) > RESERVE);
    const commits = COMMITS.safeParse(await response.json().catch(() => undefined));
    return dateOf(commits.data?.[0]?.commit.committer.date);
  }
}
