import { spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/setup/package-root.ts';

/** What a run of the command line tool did. */
export interface ToolRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** Its whole environment, beside PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
}

/** Where the built tool is. */
export const TOOL = path.join(packageRoot(), 'dist/src/cli/main.js');

/** Runs the built `keyferry` as a process, to its end. */
export function runTool(args: readonly string[], options: ToolOptions = {}): Promise<ToolRun> {
  return runProgram(process.execPath, [TOOL, ...args], options);
}

/** Runs any program to its end. */
export function runProgram(program: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolRun> {
  const { env = {}, stdin = '', cwd } = options;
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // Whoever does not read its input ends all the same.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
