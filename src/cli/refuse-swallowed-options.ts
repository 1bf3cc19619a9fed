import { ExpectedError } from '../errors.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Options that npm has itself, for other things: set in an .npmrc they mean nothing here, and left out here they do no harm. */
const NPMS_OWN = new Set(['include', 'json', 'help']);

/**
 * `npm run ingest --dry-run ./docs` gives `--dry-run` to npm and `./docs` to this command, which would then really ingest.
 * npm tells what it took in the environment.
 *
 * @param options names of the command's options
 * @throws ExpectedError that says where the two hyphens go.
 */
export function refuseSwallowedOptions(options: readonly string[], env: Env): void {
  if (env.npm_lifecycle_event === undefined) return;
  const swallowed = options.find(
    (option) =>
      !NPMS_OWN.has(option) &&
      env[`npm_config_${option.replace(/^no-/, '').replaceAll('-', '_')}`] !== undefined,
  );
  if (swallowed !== undefined) {
    throw new ExpectedError(
      `npm took --${swallowed} for itself: put -- before the command's options, as in "npm run ingest -- --${swallowed} …".`,
    );
  }
}
