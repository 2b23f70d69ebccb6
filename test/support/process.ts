import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/setup/package-root.ts';

/** How a process came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A compiled program of this checkout running as a process of its own. */
export interface Program {
  readonly pid: number;
  /** Everything it has said so far, both streams in the order it came. */
  output(): string;
  /** Resolves with the first match in its output; rejects, with that output, when it ends or says nothing such in time. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Its end. */
  readonly ended: Promise<Ended>;
  running(): boolean;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<Ended>;
  /** SIGTERM, and waits until it is gone; `kill -9` after `timeoutMs`, which the answer's `signal` tells. */
  stop(timeoutMs?: number): Promise<Ended>;
  /** Freezes it (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

const MOST_OUTPUT = 2_000_000;
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Starts `dist/<program>` with no environment but `env`: what the developer's shell holds must not change a test.
 * `NODE_ENV` is `test` unless `env` says otherwise.
 */
export function startProgram(
  program: string,
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Program {
  const file = path.join(packageRoot(), 'dist', program);
  const child = spawn(process.execPath, [file, ...(options.args ?? [])], {
    cwd: packageRoot(),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NODE_ENV: 'test', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (data: Buffer): void => {
    output = (output + data.toString('utf8')).slice(-MOST_OUTPUT);
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal });
      for (const listener of listeners) listener();
    });
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    if (running()) child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    running,
    says: (pattern, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) finish(() => resolve(match));
          else if (!running())
            finish(() => reject(new Error(`${program} ended without saying ${pattern}:\n${output}`)));
        };
        const late = setTimeout(
          () => finish(() => reject(new Error(`${program} did not say ${pattern}:\n${output}`))),
          timeoutMs,
        );
        const finish = (settle: () => void): void => {
          clearTimeout(late);
          listeners.delete(look);
          settle();
        };
        listeners.add(look);
        look();
      }),
    kill: () => end('SIGKILL'),
    async stop(timeoutMs = 20_000) {
      const force = setTimeout(() => void end('SIGKILL'), timeoutMs);
      return end('SIGTERM').finally(() => clearTimeout(force));
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}
