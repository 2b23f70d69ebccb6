import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command and answers with the code to exit with. Never throws. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    // Commander has said it already; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    io.stderr.write(`${explainError(error)}\n`);
    return exitCodeOf(error);
  }
}
