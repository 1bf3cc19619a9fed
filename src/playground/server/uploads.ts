import { randomUUID } from 'node:crypto';
import type { NewFile } from '../slack/model.js';

/** Files that wait to be sent with a message; more push out the oldest. */
const MAX_WAITING = 10;

/** Files that were chosen for a message which is not sent yet. */
export function createUploads() {
  const waiting = new Map<string, NewFile>();
  return {
    /** @returns the id under which a message names it. */
    add(file: NewFile): string {
      const id = randomUUID();
      waiting.set(id, file);
      for (const oldest of waiting.keys()) {
        if (waiting.size <= MAX_WAITING) break;
        waiting.delete(oldest);
      }
      return id;
    },
    /** They wait no longer. @throws RangeError for an id that is not known. */
    take(ids: readonly string[]): NewFile[] {
      const files = ids.map((id) => {
        const file = waiting.get(id);
        if (!file) throw new RangeError('A file is not here any more: choose it again.');
        return file;
      });
      for (const id of ids) waiting.delete(id);
      return files;
    },
  };
}
