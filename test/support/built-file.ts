import { fileURLToPath } from 'node:url';

/** A file of the program as it is built before the tests: it starts with half the work that its source takes through tsx. */
export function builtFile(path: string): string {
  return fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
}
