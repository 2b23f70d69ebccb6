import type { Command } from 'commander';
import { Keyferry } from '../client/keyferry.ts';
import { type Context, configPath, readConfig } from './config-file.ts';
import { CliError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type Progress, startProgress } from './progress.ts';
import { type Format, formatList, formatOne, type View } from './show.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly context?: string;
  readonly url?: string;
  readonly project?: string;
  readonly customer?: string;
  readonly reason?: string;
  readonly output?: Format;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly timeout?: string;
}

/** Instead of a customer: what the project shares. No customer can be called so. */
export const SHARED = 'shared';

/** What a command works with: the API as somebody, and where to say things. */
export interface Session {
  readonly io: Io;
  readonly kf: Keyferry;
  readonly url: string;
  readonly globals: GlobalOptions;
  /** Vault profile of new secrets, if one is agreed on. */
  readonly source: string | undefined;
  /** The project to work in. Throws when none is known. */
  readonly project: string;
  /** Id or slug of the customer whose secrets are meant; undefined: those that the project shares. */
  readonly customer: string | undefined;
  /** Prints a list, or one thing, in the format asked for. */
  list<T>(items: readonly T[], view: View<T>): void;
  one<T>(item: T, view: View<T>): void;
  /** A sentence for people; in `json` and `yaml` the thing itself instead, in `value` what is given last. */
  done(sentence: string, item: unknown, value?: string): void;
  /** A remark beside the output, on standard error. */
  note(text: string): void;
  progress(): Progress;
}

/** Where to work, from options, environment and the file of contexts, in this order. */
export async function resolveContext(io: Io, globals: GlobalOptions): Promise<Partial<Context>> {
  const config = await readConfig(io);
  const name = globals.context ?? io.env.KEYFERRY_CONTEXT ?? config.current;
  const kept = name === undefined ? undefined : config.contexts[name];
  if (name !== undefined && kept === undefined) {
    throw new CliError(EXIT.usage, `There is no context ${name} in ${configPath(io)}.`, 'See `keyferry contexts`.');
  }
  const url = globals.url ?? io.env.KEYFERRY_URL ?? kept?.url;
  // A token goes to the address it was kept for, and to no other.
  const token = io.env.KEYFERRY_TOKEN || (url !== undefined && kept?.url === url ? kept.token : undefined);
  const project = globals.project ?? io.env.KEYFERRY_PROJECT ?? kept?.project;
  return {
    ...(url === undefined ? {} : { url }),
    ...(token === undefined ? {} : { token }),
    ...(project === undefined ? {} : { project }),
    ...(kept?.source === undefined ? {} : { source: kept.source }),
  };
}

/** A client for a context. Throws when nobody has signed in. */
export function clientFor(io: Io, { url, token }: Partial<Context>, quiet: boolean, reason?: string): Keyferry {
  if (url === undefined || token === undefined) {
    const missing = url === undefined ? 'You are not signed in.' : `There is no token for ${url}.`;
    throw new CliError(EXIT.denied, missing, 'Use `keyferry login`, or set KEYFERRY_URL and KEYFERRY_TOKEN.');
  }
  return new Keyferry({
    url,
    token,
    ...(reason === undefined ? {} : { reason }),
    signal: io.signal,
    onRetry: ({ code, delayMs }) => {
      if (!quiet) io.stderr.write(`${code}: trying again in ${Math.ceil(delayMs / 100) / 10} s\n`);
    },
  });
}

export async function openSession(io: Io, globals: GlobalOptions): Promise<Session> {
  const context = await resolveContext(io, globals);
  const format = globals.output ?? 'table';
  const quiet = globals.quiet === true;
  const print = (text: string): void => void io.stdout.write(text);
  const plain = { columns: {}, value: () => '' };
  return {
    io,
    kf: clientFor(io, context, quiet, globals.reason ?? (io.env.KEYFERRY_REASON || undefined)),
    url: context.url ?? '',
    globals,
    source: context.source,
    customer: globals.customer === SHARED ? undefined : globals.customer,
    get project() {
      if (context.project !== undefined) return context.project;
      throw new CliError(
        EXIT.usage,
        'Which project?',
        'Name it with -p, KEYFERRY_PROJECT, or `keyferry contexts set`.',
      );
    },
    list(items, view) {
      print(formatList(io, format, items, view));
      if (items.length === 0 && format === 'table' && !quiet) io.stderr.write('Nothing found.\n');
    },
    one: (item, view) => print(formatOne(io, format, item, view)),
    done(sentence, item, value) {
      if (format === 'table') print(`${sentence}\n`);
      else if (format === 'value') print(value === undefined ? '' : `${value}\n`);
      else print(formatOne(io, format, item, plain));
    },
    note(text) {
      if (!quiet) io.stderr.write(`${text}\n`);
    },
    progress: () => startProgress(io, quiet),
  };
}

/** The action of a command that talks to the API. `args` are its operands in order. */
export function inSession<Options extends object>(
  io: Io,
  act: (session: Session, args: readonly string[], options: Options) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const globals = command.optsWithGlobals() as GlobalOptions;
    await act(await openSession(io, globals), command.processedArgs.flat() as string[], command.opts() as Options);
  };
}
