import type { Command } from 'commander';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { collect, FALLBACK } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { type Child, startChild } from '../run/child.ts';
import { tellNotRedacted } from '../run/not-redacted.ts';
import { createPrivateFolder, type PrivateFolder } from '../run/private-folder.ts';
import { hasChanged, type LoadedValues, loadValues, type Wanted } from '../run/wanted-values.ts';
import { inSession, type Session } from '../session.ts';

/** Those that a terminal sends to the command itself as well. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const PASSED_ON: readonly NodeJS.Signals[] = [...FROM_TERMINAL, 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
const GRACE_MS = 10_000;

interface RunOptions {
  readonly env?: string[];
  readonly file?: string[];
  readonly all?: boolean;
  readonly folder?: string;
  readonly fallback?: boolean;
  readonly redact: boolean;
  readonly watch?: boolean;
  readonly interval: string;
}

/** `run`. */
export function addRunCommand(program: Command, io: Io, setExitCode: SetExitCode): void {
  program
    .command('run')
    .description('run a command with secrets in its environment, and out of its output')
    .argument('<command...>', 'behind --')
    .option('-e, --env <NAME=secret>', 'a variable: secret, secret@3 or secret#field', collect)
    .option('--file <NAME=secret>', 'a file for it alone; the variable holds its path', collect)
    .option('-a, --all', 'every secret that may be read again: db-login#password is DB_LOGIN_PASSWORD')
    .option('--folder <path>', 'with --all: only these')
    .option(...FALLBACK)
    .option('--no-redact', 'leave values in its output')
    .option('--watch', 'start it anew when a secret changes')
    .option('--interval <seconds>', 'with --watch: how often to look', '10')
    .addHelpText(
      'after',
      '\nIt ends as the command does. Example:\n  keyferry run -e DB_PASSWORD=db-login#password -- npm start',
    )
    .action(
      inSession<RunOptions>(io, async (session, command, options) => {
        const { env = [], file = [], all = false, folder, fallback = false } = options;
        if (env.length + file.length === 0 && !all) {
          throw new CliError(EXIT.usage, 'Which secrets?', 'Name them with --env or --file, or take --all.');
        }
        setExitCode(await new Run(session, command, { env, file, all, folder, fallback }, options).toItsEnd());
      }),
    );
}

/** One `keyferry run`, over as many starts of its command as it takes. */
class Run {
  readonly #session: Session;
  readonly #command: readonly string[];
  readonly #wanted: Wanted;
  readonly #options: RunOptions;
  /** All values that were ever given to it: older ones may still show. */
  readonly #seen: Uint8Array[] = [];
  #child: Child | undefined;
  #signalled: NodeJS.Signals | undefined;

  constructor(session: Session, command: readonly string[], wanted: Wanted, options: RunOptions) {
    this.#session = session;
    this.#command = command;
    this.#wanted = wanted;
    this.#options = options;
  }

  async toItsEnd(): Promise<number> {
    const { io } = this.#session;
    let loaded = await loadValues(this.#session, this.#wanted);
    const giveBack = io.takeSignals(PASSED_ON, (signal) => this.#pass(signal));
    try {
      for (;;) {
        const outcome = await this.#once(loaded);
        if (outcome !== 'changed') return outcome;
        loaded = await loadValues(this.#session, this.#wanted);
        this.#session.note('A secret has changed: starting the command anew.');
      }
    } finally {
      giveBack();
    }
  }

  /** Runs it with these values; answers with its code, or that it was ended because they have changed. */
  async #once(loaded: LoadedValues): Promise<number | 'changed'> {
    this.#seen.push(...loaded.values.map(({ bytes }) => bytes));
    if (this.#options.redact) tellNotRedacted(this.#session, loaded.values);
    const folder = loaded.values.some(({ as }) => as === 'file') ? await createPrivateFolder() : undefined;
    const watching = new AbortController();
    try {
      const env = await environmentOf(this.#session.io, loaded, folder);
      if (this.#signalled !== undefined) return EXIT.interrupted;
      const child = startChild(this.#session.io, {
        command: this.#command,
        env,
        redacted: this.#options.redact ? [...this.#seen] : undefined,
      });
      this.#child = child;
      const ends: Promise<number | 'changed'>[] = [child.ended];
      if (this.#options.watch) ends.push(this.#untilChanged(loaded, watching.signal));
      const first = await Promise.race(ends);
      if (first !== 'changed') return first;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await child.ended.finally(() => clearTimeout(late));
      return this.#signalled === undefined ? 'changed' : EXIT.interrupted;
    } finally {
      watching.abort();
      folder?.remove();
    }
  }

  /** Never resolves while all is as it was. That the API does not answer is no change. */
  #untilChanged(loaded: LoadedValues, signal: AbortSignal): Promise<'changed'> {
    const everyMs = Math.max(0.2, Number(this.#options.interval) || 10) * 1000;
    return new Promise((resolve) => {
      const look = async (): Promise<void> => {
        const changed = await hasChanged(this.#session, loaded).catch(() => false);
        if (signal.aborted) return;
        if (changed) resolve('changed');
        else later();
      };
      const later = (): void => {
        const timer = setTimeout(() => void look(), everyMs);
        signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      };
      later();
    });
  }

  #pass(signal: NodeJS.Signals): void {
    this.#signalled = signal;
    if (this.#session.io.stdin.isTTY === true && FROM_TERMINAL.includes(signal)) return;
    this.#child?.kill(signal);
  }
}

/** What the command gets: all that is here but how to reach Keyferry, and the values. */
async function environmentOf(
  io: Io,
  { values }: LoadedValues,
  folder: PrivateFolder | undefined,
): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(io.env).filter(([name]) => !name.startsWith('KEYFERRY_'));
  const env: NodeJS.ProcessEnv = Object.fromEntries(inherited);
  for (const { variable, as, bytes } of values) {
    env[variable] = as === 'env' || folder === undefined ? bytes.toString('utf8') : await folder.write(variable, bytes);
  }
  return env;
}
