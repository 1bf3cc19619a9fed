import { config as loadEnvFile } from 'dotenv';
import { type Config, readConfig } from '../config.js';
import { ExpectedError } from '../errors.js';

/**
 * Runs a command with the settings of the environment and of `.env`. Its errors are sentences on stderr, and 1 its exit code;
 * what it prints itself is the only thing on stdout.
 */
export function runCommand(command: (config: Config) => Promise<void>): void {
  console.log = console.error;
  loadEnvFile({ quiet: true });
  new Promise<void>((resolve) => resolve(command(readConfig(process.env)))).catch((error: unknown) => {
    const isPlain = error instanceof ExpectedError || error instanceof TypeError;
    console.error(isPlain ? error.message : error);
    process.exitCode = 1;
  });
}
