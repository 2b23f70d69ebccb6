import { spawn } from 'node:child_process';
import os from 'node:os';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createRedactor } from '../../redaction/redactor.ts';
import { CliError } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** Codes that shells use for a command that is none. */
const CANNOT_START = 126;
const NOT_FOUND = 127;

export interface Child {
  /** The code to exit with, once all its output is out. Rejects when it cannot be started. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Taken out of its output; undefined: its output is passed through untouched. */
  readonly redacted: readonly Uint8Array[] | undefined;
}

/** Starts the command with what this process has for input and output. */
export function startChild(io: Io, { command, env, redacted }: ChildOptions): Child {
  const [program = '', ...args] = command;
  const output = redacted === undefined ? 'inherit' : 'pipe';
  const child = spawn(program, args, { env, stdio: ['inherit', output, output] });
  const streams = [passOn(child.stdout, io.stdout, redacted), passOn(child.stderr, io.stderr, redacted)];
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error)));
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal])));
  });
  return {
    ended: exited.then(async (code) => {
      await Promise.all(streams);
      return code;
    }),
    kill: (signal) => void child.kill(signal),
  };
}

async function passOn(
  from: NodeJS.ReadableStream | null,
  to: Writable,
  redacted: readonly Uint8Array[] | undefined,
): Promise<void> {
  if (from === null || redacted === undefined) return;
  await pipeline(from, redaction(redacted), to, { end: false }).catch(() => undefined);
}

/** A stream without these values. */
export function redaction(values: readonly Uint8Array[]): Transform {
  const redactor = createRedactor(values);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, redactor.push(chunk));
    },
    flush(done) {
      done(null, redactor.end());
    },
  });
}

function notStarted(program: string, { code }: NodeJS.ErrnoException): CliError {
  if (code === 'ENOENT')
    return new CliError(NOT_FOUND, `There is no command ${program}.`, 'Is it in PATH, and spelled so?');
  return new CliError(CANNOT_START, `${program} cannot be started (${code}).`, 'May you run it?');
}
