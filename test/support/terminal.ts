import { spawn, spawnSync } from 'node:child_process';
import { eventually } from './answers.ts';
import { TOOL } from './command-line.ts';

/** Why there is no terminal to test with; undefined: there is. `script` comes with util-linux. */
export const terminalMissing =
  spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'script (util-linux) is not installed';

/** The built `keyferry` on a real terminal of 80 columns, and somebody who reads and types. */
export interface Terminal {
  /** Waits until this shows, behind what was waited for before. */
  shows(text: string): Promise<void>;
  types(keys: string): void;
  /** Everything that showed, with what steers the terminal. */
  output(): string;
  readonly ended: Promise<number | null>;
  kill(): void;
}

export const ENTER = '\r';
export const CTRL_C = '\u0003';

/** Runs the tool on a pseudo terminal. `args` stand in a shell line as they are. */
export function openTerminal(args: string, env: Readonly<Record<string, string>>): Terminal {
  const line = `stty cols 80 rows 24; exec "${process.execPath}" "${TOOL}" ${args}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let seen = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  child.stdin.on('error', () => undefined);
  return {
    async shows(text) {
      const found = () => seen.indexOf(text, from);
      await eventually(async () => found() >= 0, `${text} in ${JSON.stringify(seen)}`);
      from = found() + text.length;
    },
    types: (keys) => void child.stdin.write(keys),
    output: () => seen,
    ended: new Promise((resolve) => child.once('close', resolve)),
    kill: () => void child.kill('SIGKILL'),
  };
}
