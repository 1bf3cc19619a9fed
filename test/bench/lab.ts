import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { buildBot } from '../support/bot-process.js';
import { type Child, type ChildOptions, startChild } from './child.js';
import { type Stage, startStage } from './stage.js';
import { writeDocuments } from './write-documents.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHILDREN = fileURLToPath(new URL('./children/', import.meta.url));
const COMPILED = ['probe', 'bare-bolt', 'bare-answer', 'bare-traces', 'load'] as const;

/** How many chunks the index has. */
export type IndexSize = 1_000 | 20_000;

export interface LabOptions {
  /** Where CPU profiles of the measured bots are written; absent: none are taken. */
  readonly profileDir?: string | undefined;
  readonly progress: (text: string) => void;
}

/** What all figures share: compiled programs, indexes, and an end to everything that was started. */
export class Lab {
  readonly options: LabOptions;
  readonly #directory: string;
  readonly #compiled: string;
  readonly #children = new Set<Child>();
  readonly #indexes = new Map<IndexSize, Promise<string>>();
  #directories = 0;

  private constructor(options: LabOptions, directory: string, compiled: string) {
    this.options = options;
    this.#directory = directory;
    this.#compiled = compiled;
  }

  static async open(options: LabOptions): Promise<Lab> {
    const cache = join(ROOT, 'node_modules/.cache');
    await mkdir(cache, { recursive: true });
    options.progress('building');
    await buildBot();
    // Below node_modules, so that the compiled programs find their packages.
    const directory = await mkdtemp(join(cache, 'bench-'));
    const compiled = join(directory, 'programs');
    const lab = new Lab(options, directory, compiled);
    await build({
      entryPoints: COMPILED.map((name) => join(CHILDREN, `${name}.ts`)),
      outdir: compiled,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
    }).catch(async (error: unknown) => {
      await lab.close();
      throw error;
    });
    return lab;
  }

  /** Doubles for the time of `use`. */
  async withStage<T>(use: (stage: Stage) => Promise<T>, slack: SlackDoubleOptions = {}): Promise<T> {
    const before = new Set(this.#children);
    const stage = await startStage(this, slack);
    try {
      return await use(stage);
    } finally {
      await this.#killAllBut(before);
      await stage.close();
    }
  }

  /** The bot as `npm start` runs it. Without the probe it is started as it is, and nothing can be asked. */
  startBot(env: Readonly<Record<string, string>>, { probe = true } = {}): Child {
    return this.#start({ script: join(ROOT, 'dist/main.js'), env, execArgv: probe ? this.#probe() : [] });
  }

  /** One of the programs in `children/`. */
  startProgram(
    name: Exclude<(typeof COMPILED)[number], 'probe'>,
    env: Readonly<Record<string, string>> = {},
    { probe = true } = {},
  ): Child {
    return this.#start({ script: this.#program(name), env, execArgv: probe ? this.#probe() : [] });
  }

  /** The real ingest in a process of its own: once, or on and on under other names until it is killed. */
  async startIngest(dataDir: string, chunks: number, mode: 'once' | 'again'): Promise<Child> {
    const folder = join(this.#directory, `documents-${chunks}`);
    await writeDocuments(folder, chunks);
    return this.#start({
      script: join(CHILDREN, 'ingest.ts'),
      args: [dataDir, folder, mode],
      execArgv: ['--import', 'tsx'],
      cwd: ROOT,
    });
  }

  /** A directory with an index of its own, to be used as DATA_DIR. */
  async dataDir(chunks: IndexSize): Promise<string> {
    const index = this.#indexes.get(chunks) ?? this.#ingest(chunks);
    this.#indexes.set(chunks, index);
    const copy = this.newDirectory('data');
    await cp(await index, copy, { recursive: true });
    return copy;
  }

  newDirectory(name: string): string {
    this.#directories += 1;
    return join(this.#directory, `${name}-${this.#directories}`);
  }

  async close(): Promise<void> {
    await this.#killAllBut(new Set());
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #ingest(chunks: IndexSize): Promise<string> {
    this.options.progress(`ingesting ${chunks} chunks`);
    const directory = this.newDirectory('index');
    const child = await this.startIngest(directory, chunks, 'once');
    await child.printed(/ingested \d+ chunks/);
    await child.exited;
    return directory;
  }

  #probe(): string[] {
    return ['--expose-gc', '--import', this.#program('probe')];
  }

  #program(name: string): string {
    return join(this.#compiled, `${name}.mjs`);
  }

  #start(options: ChildOptions): Child {
    const child = startChild(options);
    this.#children.add(child);
    return child;
  }

  async #killAllBut(kept: ReadonlySet<Child>): Promise<void> {
    for (const child of this.#children) {
      if (kept.has(child)) continue;
      this.#children.delete(child);
      await child.kill();
    }
  }
}
