import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Database, Row } from '../../database/database.js';
import { ExpectedError } from '../../errors.js';

/** The lease of all sources at once, for work that another's would spoil. No source is called so. */
export const WHOLE_INDEX = '*';

export interface SourceLeasesOptions {
  /** Told to whoever finds the source taken. @default this process and machine */
  readonly holder?: string;
  /**
   * How long a process that died keeps others out, in milliseconds. A process that hangs for longer loses its lease, and
   * stops when it notices; processes on several machines need clocks that agree better than this.
   * @default 12_000
   */
  readonly leaseMs?: number;
  /** Told once when the source is taken, before it is known whether its holder is alive. */
  readonly onWait?: (holder: string) => void;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Somebody else is at work on the source. */
export class SourceTakenError extends ExpectedError {
  override name = 'SourceTakenError';
}

/** One ingest at a time on a source, whichever process or machine it runs in. */
export class SourceLeases {
  readonly #database: Database;
  readonly #holder: string;
  readonly #leaseMs: number;
  readonly #onWait: (holder: string) => void;
  readonly #now: () => number;

  constructor(
    database: Database,
    {
      holder = `process ${process.pid} on ${hostname()}`,
      leaseMs = 12_000,
      onWait = () => {},
      now = Date.now,
    }: SourceLeasesOptions = {},
  ) {
    this.#database = database;
    this.#holder = holder;
    this.#leaseMs = leaseMs;
    this.#onWait = onWait;
    this.#now = now;
  }

  /**
   * Works on a source, or on all of them, while nobody else does. A holder that is alive is not waited for; of one that was
   * killed the lease is taken over when it has expired.
   *
   * @param work is given a signal that tells when `stop` does, or when the lease was lost to another process
   * @throws SourceTakenError when another process is at work on it.
   */
  async hold<T>(source: string, stop: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const owner = randomUUID();
    await this.#take(source, owner, stop);
    const lost = new AbortController();
    const timer = setInterval(async () => {
      // A renewal that fails is tried again: until the lease has expired nobody else can have it.
      const kept = await this.#renew(source, owner).catch(() => true);
      if (!kept) lost.abort(lostLease(source, this.#leaseMs));
    }, this.#leaseMs / 3);
    try {
      return await work(AbortSignal.any([stop, lost.signal]));
    } finally {
      clearInterval(timer);
      // What cannot be given back expires.
      await this.#giveBack(source, owner).catch(() => {});
    }
  }

  async #take(source: string, owner: string, stop: AbortSignal): Promise<void> {
    let seen: Row | undefined;
    while (!(await this.#insert(source, owner))) {
      const other = await this.#heldBy(source);
      if (!other) continue;
      if (seen?.owner === other.owner && seen?.expires_at !== other.expires_at) throw takenBy(source, other);
      if (!seen) this.#onWait(String(other.holder));
      seen = other;
      await setTimeout(Math.min(250, this.#leaseMs / 10), undefined, { signal: stop }).catch(() => {});
      stop.throwIfAborted();
    }
  }

  async #insert(source: string, owner: string): Promise<boolean> {
    const at = this.#now();
    const changes = await this.#database.transaction([
      // In Postgres this row makes one wait for the other: else "all" and "one of them" could both find nobody.
      { sql: "UPDATE knowledge_index SET value = value WHERE name = 'version'" },
      { sql: 'DELETE FROM knowledge_lease WHERE expires_at <= ?', args: [at] },
      {
        sql: `INSERT INTO knowledge_lease (source, owner, holder, since, expires_at)
          SELECT ?, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT)
          WHERE NOT EXISTS (SELECT 1 FROM knowledge_lease WHERE ${CONFLICTING})`,
        args: [source, owner, this.#holder, at, at + this.#leaseMs, source, source],
      },
    ]);
    return changes.at(-1) === 1;
  }

  async #heldBy(source: string): Promise<Row | undefined> {
    const [row] = await this.#database.query(
      `SELECT owner, holder, since, expires_at FROM knowledge_lease WHERE ${CONFLICTING} ORDER BY source LIMIT 1`,
      [source, source],
    );
    return row;
  }

  async #renew(source: string, owner: string): Promise<boolean> {
    const changes = await this.#database.transaction([
      {
        sql: 'UPDATE knowledge_lease SET expires_at = ? WHERE source = ? AND owner = ?',
        args: [this.#now() + this.#leaseMs, source, owner],
      },
    ]);
    return changes[0] === 1;
  }

  async #giveBack(source: string, owner: string): Promise<void> {
    await this.#database.transaction([
      { sql: 'DELETE FROM knowledge_lease WHERE source = ? AND owner = ?', args: [source, owner] },
    ]);
  }
}

const CONFLICTING = `(source = ? OR source = '${WHOLE_INDEX}' OR ? = '${WHOLE_INDEX}')`;

function takenBy(source: string, { holder, since }: Row): SourceTakenError {
  return new SourceTakenError(
    `${nameOf(source)} is being worked on by ${holder}, since ${new Date(Number(since)).toISOString()}: ` +
      'run this again when it has ended.',
  );
}

function lostLease(source: string, leaseMs: number): SourceTakenError {
  return new SourceTakenError(
    `${nameOf(source)} is free for other processes, because this one hung for longer than ${leaseMs / 1000} s: ` +
      'run it again to go on.',
  );
}

function nameOf(source: string): string {
  return source === WHOLE_INDEX ? 'The index' : `The source "${source}"`;
}
