import { buildBot } from './bot-process.js';

/** Vitest's global set-up: what the process tests start is built once, not by each of them into the same folder. */
export async function setup(): Promise<void> {
  await buildBot();
}
