import { parseArgs } from 'node:util';
import { config as loadEnvFile } from 'dotenv';
import { type Config, readConfig } from './config.js';
import { ExpectedError } from './errors.js';
import { createLogger, type Log } from './logger.js';
import { type Mode, modesOf } from './modes.js';

/** What runs until it is told to stop. */
interface Running {
  /** Takes nothing new, ends what is at work within its bounds, and lets go of everything. */
  stop(): Promise<void>;
}

async function main(): Promise<void> {
  const values = readFlags();
  readEnvFile();
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  crashOnTheUnexpected(log);

  if (config.slack && !values.playground && !values.terminal) return startInWorkspace(config, log);
  return startPlayground(config, log, {
    terminal: values.terminal ?? false,
    useKeys: values['use-keys'] ?? false,
  });
}

/** No `.env` is fine; one that cannot be read is not, or a whole configuration would be missing silently. */
function readEnvFile(): void {
  const { error } = loadEnvFile({ quiet: true });
  if (error && error.code !== 'NOT_FOUND_DOTENV_ENVIRONMENT' && !/ENOENT/.test(error.message)) {
    throw new ExpectedError(`.env must be a text file that can be read, got "${error.message}"`, {
      cause: error,
    });
  }
}

function readFlags() {
  try {
    const options = {
      terminal: { type: 'boolean' },
      playground: { type: 'boolean' },
      'use-keys': { type: 'boolean' },
    } as const;
    return parseArgs({ options }).values;
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new ExpectedError(`npm start takes --terminal, --playground and --use-keys: ${got}`, { cause });
  }
}

async function startInWorkspace(config: Config, log: Log): Promise<void> {
  const { createBot } = await import('./bot.js');
  const transport = config.slack?.kind === 'socket' ? 'Socket Mode' : 'HTTP';
  const bot = await createBot(config, { log, modes: modesOf(config, transport) });
  const address = await bot.start();
  // Before it says that it is ready: whoever reads that may send a signal at once.
  stopOnSignals(bot, log);
  print(modesOf(config, address));
  console.log(`Threadsmith is ready in ${bot.teamName}: ${address}`);
}

async function startPlayground(
  config: Config,
  log: Log,
  options: { terminal: boolean; useKeys: boolean },
): Promise<void> {
  const { openPlayground } = await import('./playground/playground.js');
  // Beside a configured bot it leaves the documents to that one: they may be embedded with a paid key.
  const playing = config.slack ? { ...config, ingestEveryMs: undefined } : config;
  const playground = await openPlayground(playing, { log, ...options });
  const stop = stopOnSignals(playground, log);
  print(playground.modes);
  if (options.terminal) {
    await playground.converse(process.stdin, process.stdout);
    return stop();
  }
  console.log(`Threadsmith is ready. Open the playground: ${playground.address}`);
}

function print(modes: readonly Mode[]): void {
  const width = (pick: (mode: Mode) => string) => Math.max(...modes.map((mode) => pick(mode).length));
  const [part, mode] = [width((m) => m.part), width((m) => m.mode)];
  for (const m of modes) console.log(`  ${m.part.padEnd(part)}  ${m.mode.padEnd(mode)}  (${m.change})`);
}

/** Ctrl-C under npm comes twice: from the terminal and from npm. What follows so closely is the same signal. */
const SAME_SIGNAL_MS = 500;

/** @returns stops without a signal, and ends the process like one. */
function stopOnSignals(running: Running, log: Log): () => void {
  let stoppingSince: number | undefined;
  const stop = () => {
    if (stoppingSince !== undefined) return;
    stoppingSince = Date.now();
    running.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'not stopped cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stoppingSince === undefined) {
        log.info({ signal }, 'stopping: answers at work are finished; a second signal ends at once');
        stop();
      } else if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
    });
  }
  return stop;
}

/** Whatever was not foreseen is logged and ends the process: the journal has what was being answered. */
function crashOnTheUnexpected(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'unexpected error: the process ends, a restart answers what is open');
    process.exit(1);
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof ExpectedError ? error.message : error);
  process.exit(1);
});
