import { CliError, EXIT } from './exit-codes.ts';
import { type Io, isInteractive } from './io.ts';

const broken = (): CliError =>
  new CliError(EXIT.interrupted, 'Broken off; nothing was done.', 'Run it again when you are ready.');

// The prompts are loaded when somebody is asked: most commands ask nobody.

/** Asks for something that must not be seen. */
export async function askHidden(io: Io, message: string): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message, input: io.stdin, output: io.stderr, signal: io.signal });
  if (isCancel(answer)) throw broken();
  return answer;
}

/** Asks for a line. */
export async function askLine(io: Io, message: string, usual: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const ask = { message, input: io.stdin, output: io.stderr, signal: io.signal };
  const answer = await text({ ...ask, placeholder: usual, defaultValue: usual });
  if (isCancel(answer)) throw broken();
  return answer;
}

/** Goes on only when somebody says yes. Where nobody can be asked, `--yes` says it. */
export async function assertSure(io: Io, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!isInteractive(io)) {
    throw new CliError(EXIT.usage, `${question} Nobody can be asked here.`, 'Say so with --yes.');
  }
  const ask = { message: question, input: io.stdin, output: io.stderr, signal: io.signal };
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ ...ask, initialValue: false });
  if (isCancel(answer) || !answer) throw broken();
}
