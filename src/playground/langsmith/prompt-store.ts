import { Refusal } from './refusal.js';

/** What a tag or a commit of a prompt stands for. */
export interface HubCommit {
  readonly commit: string;
  /** LangChain's serialisation of the prompt. */
  readonly manifest: unknown;
}

/** The prompt hub, as far as it is read: what each `owner/prompt:ref` is at the moment. */
export class PromptStore {
  readonly #commits = new Map<string, HubCommit>();

  /** @param name as in the SDK: `prompt`, `owner/prompt`, and `:tag`; without a tag the latest commit */
  promote(name: string, commit: HubCommit): void {
    const [path = '', ref = 'latest'] = name.split(':');
    this.#commits.set(`${path.includes('/') ? path : `-/${path}`}/${ref}`, commit);
  }

  /** @throws Refusal 404 */
  read(path: string): object {
    const found = this.#commits.get(path);
    if (!found) throw new Refusal(404, `Commit not found: ${path}`);
    return { commit_hash: found.commit, manifest: found.manifest, examples: [] };
  }
}
