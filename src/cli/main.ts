#!/usr/bin/env node
import type { Io } from './io.ts';
import { runCli } from './run-cli.ts';

/** A reader that has seen enough (`| head`) is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}
process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);

const leaving = new AbortController();
const leave = (): void => {
  // A second time, or nobody listens: away at once.
  if (leaving.signal.aborted) process.exit(130);
  leaving.abort(new Error('interrupted'));
};
process.on('SIGINT', leave);

const takeSignals: Io['takeSignals'] = (names, take) => {
  process.off('SIGINT', leave);
  for (const name of names) process.on(name, take);
  return () => {
    for (const name of names) process.off(name, take);
    process.on('SIGINT', leave);
  };
};

const { stdin, stdout, stderr } = process;
const code = await runCli(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env: process.env,
  signal: leaving.signal,
  takeSignals,
});
// What was written is out before the process ends; a pipe that nobody reads any more must not hold it.
process.exitCode = code;
if (stdin.isTTY !== true) stdin.destroy();
