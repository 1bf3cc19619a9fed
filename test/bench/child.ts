import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { z } from 'zod';

export interface ChildOptions {
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  /** @default the system's temporary directory, where no .env lies */
  readonly cwd?: string;
}

/** A process that is measured, or that measures. */
export interface Child {
  /** Resolves to the match when the output has it. Rejects when the process ends or 3 minutes pass before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks a handler of `answerRequests` in the process. */
  ask<T>(kind: string, answer: z.ZodType<T>, input?: unknown): Promise<T>;
  readonly exited: Promise<unknown>;
  /** At once, by SIGKILL: what it was doing is of no interest any more. */
  kill(): Promise<void>;
}

const replySchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  failure: z.string().optional(),
});

export function startChild({ script, args = [], env = {}, execArgv = [], cwd }: ChildOptions): Child {
  const child = spawn(process.execPath, [...execArgv, script, ...args], {
    cwd: cwd ?? tmpdir(),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      // The end is enough to see why it failed.
      output = `${output}${chunk}`.slice(-20_000);
    });
  const exited = once(child, 'close');
  let asked = 0;

  return {
    exited,
    printed: (pattern) => printed(child, pattern, () => output),
    ask(kind, answer, input) {
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        const listen = (message: unknown) => {
          const reply = replySchema.safeParse(message);
          if (reply.data?.id !== id) return;
          child.off('message', listen);
          if (reply.data.failure !== undefined) reject(new Error(`${kind} failed: ${reply.data.failure}`));
          else resolve(answer.parse(reply.data.result));
        };
        child.on('message', listen);
        void exited.then(() =>
          reject(new Error(`the process ended before it answered "${kind}":\n${output}`)),
        );
        child.send({ id, kind, input });
      });
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function printed(child: ChildProcess, pattern: RegExp, output: () => string): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`expected output like ${pattern}, but ${why}:\n${output()}`));
    const timer = setTimeout(() => fail('3 minutes passed'), 180_000);
    const check = () => {
      const match = pattern.exec(output());
      if (!match) return;
      clearTimeout(timer);
      child.stdout?.off('data', check);
      resolve(match);
    };
    child.stdout?.on('data', check);
    child.once('close', () => {
      clearTimeout(timer);
      fail('the process ended');
    });
    check();
  });
}
