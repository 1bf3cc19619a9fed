import { config as loadEnvFile } from 'dotenv';
import { type Config, readConfig } from '../config.js';
import { failCommand } from './fail-command.js';

export interface Command<Given> {
  /** What `--help` prints, which needs no settings. */
  readonly usage: string;
  /** @throws what `failCommand` makes a sentence of */
  readonly read: (args: readonly string[]) => Given;
  readonly run: (config: Config, given: Given) => Promise<void>;
}

/**
 * Runs a command with the settings of the environment and of `.env`. Its errors are sentences on stderr, and 1 its exit code;
 * what it prints itself is the only thing on stdout.
 */
export function runCommand<Given>(command: Command<Given>): void {
  console.log = console.error;
  carryOut(command, process.argv.slice(2)).catch(failCommand);
}

async function carryOut<Given>({ usage, read, run }: Command<Given>, args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const given = read(args);
  loadEnvFile({ quiet: true });
  await run(readConfig(process.env), given);
}
