import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../src/setup/package-root.ts';

/** A program of ours as a process of its own. */
export interface Child {
  readonly pid: number;
  /** Everything printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const STOP_MS = 10_000;

/** Starts a compiled program; its output goes to `logFile`, as an operator would do it. */
export function startChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  logFile: string,
): Child {
  const log = openSync(logFile, 'a');
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', BENCH_NODE_OPTIONS = '' } = process.env;
  const child = spawn(
    process.execPath,
    [...BENCH_NODE_OPTIONS.split(' ').filter(Boolean), path.join(packageRoot(), program), ...args],
    {
      cwd: packageRoot(),
      env: { PATH, HOME, LANG, NODE_ENV: 'production', ...env },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    output: () => readFileSync(logFile, 'utf8'),
    stop: () => stop(child, exited),
  };
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([exited, delay(STOP_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
}

/** Waits until the program printed what `pattern` captures. */
export async function printed(child: Child, pattern: RegExp): Promise<string> {
  for (let waited = 0; waited < 30_000; waited += 5) {
    const found = pattern.exec(child.output())?.[1];
    if (found !== undefined) return found;
    await delay(5);
  }
  throw new Error(`a program did not start: ${child.output().slice(-2_000)}`);
}

/** Resident memory of a process in MB (Linux). */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
