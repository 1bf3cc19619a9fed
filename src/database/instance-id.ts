import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Who this process is to the journal: the same after a restart on the same data directory, and no other's. A host's name
 * would not do: a re-created container has another one.
 */
export async function instanceId(dataDir: string): Promise<string> {
  const file = join(resolve(dataDir), 'instance-id');
  await mkdir(resolve(dataDir), { recursive: true, mode: 0o700 });
  // The first to create it wins; another process that starts at the same moment reads what that one wrote.
  await writeFile(file, randomUUID(), { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return (await readFile(file, 'utf8')).trim();
}
