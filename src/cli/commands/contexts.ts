import type { Command } from 'commander';
import { Keyferry } from '../../client/keyferry.ts';
import { askHidden, askLine } from '../ask.ts';
import { type ConfigFile, type Context, configPath, readConfig, writeConfig } from '../config-file.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { type Io, isInteractive, readStdin } from '../io.ts';
import { type GlobalOptions, inSession } from '../session.ts';
import { formatList, type View } from '../show.ts';

const USUAL_URL = 'http://127.0.0.1:7300';

/** `login`, `logout`, `whoami` and `contexts`. */
export function addContextCommands(program: Command, io: Io): void {
  program
    .command('login')
    .description('keep an address and a token as a context')
    .argument('[url]', `address of the API; default ${USUAL_URL}`)
    .option('--name <name>', 'of the context', 'default')
    .option('--source <profile>', 'vault profile of new secrets')
    .option('--token-stdin', 'take the token from standard input')
    .action(async (url: string | undefined, options: LoginOptions, command: Command) => {
      await login(io, url, options, command.optsWithGlobals());
    });
  program
    .command('logout')
    .description('forget a context and its token')
    .argument('[name]', 'default: the current one')
    .action(async (name: string | undefined) => logout(io, name));
  program
    .command('whoami')
    .description('who you are here, and what you may do')
    .action(
      inSession(io, async (session) => {
        const me = await session.kf.me();
        session.one(me, {
          columns: {
            name: ({ name }) => name,
            type: ({ type }) => type,
            organization: ({ organization }) => organization.name,
            roles: ({ grants }) =>
              grants.map(({ role, projectId }) => role + (projectId ? ` (${projectId})` : '')).join(', '),
            api: () => session.url,
          },
          value: ({ id }) => id,
        });
      }),
    );
  const contexts = program.command('contexts').description('addresses and tokens that are kept');
  contexts
    .command('list', { isDefault: true })
    .description('which there are; tokens are not shown')
    .action(async (_options: object, command: Command) => listContexts(io, command.optsWithGlobals()));
  contexts
    .command('use')
    .description('make one the current one')
    .argument('<name>', 'of the context')
    .action(async (name: string) => {
      const config = await readConfig(io);
      contextOf(config, name, io);
      await writeConfig(io, { ...config, current: name });
    });
  contexts
    .command('set')
    .description('what the current context says when you do not: -p and --source')
    .option('--source <profile>', 'vault profile of new secrets')
    .action(async (_options: object, command: Command) => setDefaults(io, command.optsWithGlobals()));
}

interface LoginOptions {
  readonly name: string;
  readonly source?: string;
  readonly tokenStdin?: boolean;
}

async function login(io: Io, given: string | undefined, options: LoginOptions, globals: GlobalOptions): Promise<void> {
  const url = addressOf(given ?? globals.url ?? io.env.KEYFERRY_URL ?? (await askUrl(io)));
  const token = await takeToken(io, options);
  const me = await new Keyferry({ url, token, retries: 1 }).me({ signal: io.signal });
  const context: Context = {
    url,
    token,
    ...(globals.project === undefined ? {} : { project: globals.project }),
    ...(options.source === undefined ? {} : { source: options.source }),
  };
  const config = await readConfig(io);
  await writeConfig(io, { current: options.name, contexts: { ...config.contexts, [options.name]: context } });
  if (new URL(url).protocol === 'http:' && !/^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname)) {
    io.stderr.write('Warning: this address is not encrypted; values and your token can be read on the way.\n');
  }
  io.stdout.write(`Signed in to ${url} as ${me.name}, context "${options.name}"\n`);
}

async function takeToken(io: Io, { tokenStdin = false }: LoginOptions): Promise<string> {
  if (tokenStdin) return (await readStdin(io)).toString('utf8').trim();
  if (io.env.KEYFERRY_TOKEN) return io.env.KEYFERRY_TOKEN;
  if (isInteractive(io)) return askHidden(io, 'Token');
  throw new CliError(EXIT.usage, 'There is no token.', 'Give it by --token-stdin or KEYFERRY_TOKEN.');
}

async function askUrl(io: Io): Promise<string> {
  return isInteractive(io) ? askLine(io, 'Address of the API', USUAL_URL) : USUAL_URL;
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CliError(EXIT.usage, 'The address is not a plain http or https URL.', `For example ${USUAL_URL}`);
  }
  return url.href.replace(/\/+$/, '');
}

async function logout(io: Io, given: string | undefined): Promise<void> {
  const config = await readConfig(io);
  const name = given ?? config.current;
  if (name === undefined)
    throw new CliError(EXIT.usage, 'You are not signed in.', 'There is nothing to forget; see `keyferry contexts`.');
  contextOf(config, name, io);
  const { [name]: _gone, ...contexts } = config.contexts;
  await writeConfig(io, { current: config.current === name ? undefined : config.current, contexts });
  io.stdout.write(`Forgot "${name}". The token itself is still valid: revoke it with \`keyferry tokens revoke\`.\n`);
}

async function listContexts(io: Io, { output = 'table' }: GlobalOptions): Promise<void> {
  const { current, contexts } = await readConfig(io);
  const items = Object.entries(contexts).map(([name, { token: _hidden, ...context }]) => ({
    name,
    current: name === current,
    ...context,
  }));
  const view: View<(typeof items)[number]> = {
    columns: {
      current: (item) => (item.current ? '*' : ''),
      name: ({ name }) => name,
      url: ({ url }) => url,
      project: ({ project }) => project,
      source: ({ source }) => source,
    },
    value: ({ name }) => name,
  };
  io.stdout.write(formatList(io, output, items, view));
}

async function setDefaults(io: Io, options: GlobalOptions & { readonly source?: string }): Promise<void> {
  const config = await readConfig(io);
  const name = options.context ?? config.current;
  if (name === undefined) throw new CliError(EXIT.usage, 'There is no current context.', 'Sign in first.');
  const { project, source } = options;
  if (project === undefined && source === undefined)
    throw new CliError(EXIT.usage, 'There is nothing to set.', 'Say -p, --source or both.');
  const context = {
    ...contextOf(config, name, io),
    ...(project === undefined ? {} : { project }),
    ...(source === undefined ? {} : { source }),
  };
  await writeConfig(io, { ...config, contexts: { ...config.contexts, [name]: context } });
}

function contextOf({ contexts }: ConfigFile, name: string, io: Io): Context {
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return context;
  throw new CliError(EXIT.notFound, `There is no context ${name} in ${configPath(io)}.`, 'See `keyferry contexts`.');
}
