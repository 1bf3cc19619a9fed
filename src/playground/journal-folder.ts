import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^threadsmith-playground-(\d+)-\w+$/;

/**
 * A folder of this process's own for a journal that nobody needs when it has ended. Those that ended without a chance to
 * clear up, by `kill -9`, have theirs cleared away by the next.
 *
 * @param within @default the system's folder for temporary files
 */
export async function makeJournalFolder(within: string = tmpdir()): Promise<string> {
  for (const name of await readdir(within)) {
    const owner = Number(NAME.exec(name)?.[1]);
    // Somebody else's cannot be removed, and need not be.
    if (owner && !isRunning(owner)) await rm(join(within, name), { recursive: true }).catch(() => {});
  }
  return mkdtemp(join(within, `threadsmith-playground-${process.pid}-`));
}

/** A number that went to another program keeps a folder for longer, and none is lost. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
