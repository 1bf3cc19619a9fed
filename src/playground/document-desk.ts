import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ExpectedError } from '../errors.js';
import type { AddedDocuments } from '../knowledge/sources/added-documents.js';
import type { Log } from '../logger.js';

export interface DocumentView {
  readonly name: string;
  /** A web address; empty for a file. */
  readonly address: string;
  readonly state: 'waiting' | 'working' | 'ready' | 'failed';
  /** How far it is, or what is wrong. */
  readonly note: string;
  /** Only what was added on the page can be removed there. */
  readonly removable: boolean;
}

export interface DocumentsView {
  /** Why nothing can be added here. */
  readonly closed?: string | undefined;
  readonly documents: readonly DocumentView[];
}

export interface DocumentDeskOptions {
  /** Where the files stay, so that a later ingest finds them. */
  readonly folder: string;
  /** Why nothing can be added here. */
  readonly closed?: string | undefined;
  readonly log: Pick<Log, 'warn'>;
}

type Added = Pick<AddedDocuments, 'sources' | 'add' | 'remove' | 'fileEndings'>;

interface Job {
  readonly name: string;
  readonly address: string;
  readonly place: string;
  state: DocumentView['state'];
  note: string;
}

/** Takes documents from the page into the bot's index, one after the other. */
export function createDocumentDesk({ folder, closed, log }: DocumentDeskOptions) {
  const listeners = new Set<(view: DocumentsView) => void>();
  const jobs = new Map<string, Job>();
  const stop = new AbortController();
  let added: Added | undefined;
  /** The folder as the index names it. */
  let root = folder;
  let last: Promise<unknown> = Promise.resolve();

  async function view(): Promise<DocumentsView> {
    const sources = (await added?.sources()) ?? [];
    const indexed = sources
      .filter(({ name }) => !jobs.has(name))
      .map(({ name, kind, location, documents, chunks }) => ({
        name,
        address: kind === 'web' ? location : '',
        state: 'ready' as const,
        note: `${counted(documents, 'document')}, ${counted(chunks, 'passage')}`,
        removable: closed === undefined && (kind === 'web' || location.startsWith(join(root, '/'))),
      }));
    const current = [...jobs.values()].map(({ name, address, state, note }) => ({
      ...{ name, address, state, note },
      removable: state === 'failed',
    }));
    return { closed, documents: [...indexed, ...current] };
  }

  async function tell(): Promise<void> {
    const now = await view();
    for (const listener of listeners) listener(now);
  }

  function enqueue(job: Omit<Job, 'state' | 'note'>): void {
    const queued: Job = { ...job, state: 'waiting', note: 'waiting' };
    jobs.set(job.name, queued);
    void tell();
    last = last.then(() => work(queued));
  }

  async function work(job: Job): Promise<void> {
    try {
      if (!added) throw new ExpectedError('The bot is still starting: try again.');
      step(job, 'working', 'reading …');
      const report = await added.add(job.place, {
        name: job.address ? undefined : job.name,
        signal: stop.signal,
        onProgress: ({ done, count }) =>
          step(job, 'working', count === undefined ? `${done} read …` : `${done} of ${count} read …`),
      });
      const [first] = report.failed;
      if (first && report.failed.length === report.documents) {
        await added.remove(report.source, stop.signal);
        throw new ExpectedError(first.reason);
      }
      if (report.documents === 0) {
        await added.remove(report.source, stop.signal);
        throw new ExpectedError('It holds no text, or says that it is a draft.');
      }
      jobs.delete(job.name);
      await tell();
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof ExpectedError)) log.warn({ err: error }, 'document not indexed');
      step(job, 'failed', reasonOf(error, job));
    }
  }

  function step(job: Job, state: Job['state'], note: string): void {
    Object.assign(job, { state, note });
    void tell();
  }

  function open(): Added {
    if (closed !== undefined) throw new ExpectedError(closed);
    if (!added) throw new ExpectedError('The bot is still starting: try again.');
    return added;
  }

  return {
    view,
    /** The bot is there. */
    async connect(documents: Added): Promise<void> {
      if (closed === undefined) {
        await mkdir(folder, { recursive: true });
        root = await realpath(folder);
      }
      added = documents;
      await tell();
    },
    /** @throws ExpectedError for a file that is no document, or whose name something else has. */
    async addFile(fileName: string, bytes: Uint8Array): Promise<void> {
      const documents = open();
      if (bytes.length === 0) throw new ExpectedError(`"${fileName}" is empty: it holds no text.`);
      const name = sourceName(fileName);
      if (!documents.fileEndings.includes(extname(name).toLowerCase()))
        throw new ExpectedError(`A document ends in ${documents.fileEndings.join(', ')}; got "${fileName}".`);
      const place = join(root, name);
      const other = (await documents.sources()).find((source) => source.name === name);
      if (other && other.location !== place)
        throw new ExpectedError(`There is something else called "${name}": rename the file.`);
      await writeFile(place, bytes);
      enqueue({ name, address: '', place });
    },
    /** @throws ExpectedError when it is no web address. */
    async addPage(address: string): Promise<void> {
      open();
      if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
        throw new ExpectedError(`A page's address begins with https:// or http://; got "${address}".`);
      enqueue({ name: address, address, place: address });
    },
    /** @throws ExpectedError when there is nothing of the name that could be removed here. */
    async remove(name: string): Promise<void> {
      const documents = open();
      const found = (await view()).documents.find((document) => document.name === name);
      if (!found?.removable)
        throw new ExpectedError(`There is no document "${name}" that can be removed here.`);
      if (!jobs.delete(name)) await documents.remove(name, stop.signal);
      if (!found.address) await rm(join(root, name), { force: true });
      await tell();
    },
    onChange(listener: (view: DocumentsView) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close(): Promise<void> {
      stop.abort(new ExpectedError('The playground was stopped.'));
      await last;
    },
  };
}

export type DocumentDesk = ReturnType<typeof createDocumentDesk>;

/** What a source may be called; without anything that leads out of the folder. */
function sourceName(fileName: string): string {
  const name = fileName.replace(/[^\p{L}\p{N} ._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  return name.length <= 100 ? name : `${name.slice(0, 60)}${name.slice(-40)}`;
}

/** Of what the page cannot do, the reasons name the command line's option: they get the whole command. */
function reasonOf(error: unknown, { address }: Job): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace('allow it with --allow-private', `use npm run ingest -- ${address} --allow-private`);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
