import type { Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { type GlobalOptions, openSession, type Session } from '../session.ts';
import { secretNames } from './secret-read.ts';

const BASH = `# keyferry completion for bash: eval "$(keyferry completion bash)"
_keyferry() {
  local IFS=$'\\n'
  COMPREPLY=($(keyferry __complete -- "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _keyferry keyferry
`;

const ZSH = `#compdef keyferry
# keyferry completion for zsh: eval "$(keyferry completion zsh)"
_keyferry() {
  local -a found
  found=("\${(@f)$(keyferry __complete -- $((CURRENT - 1)) "\${words[@]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( $#found )); then compadd -- "\${found[@]}"; else _default; fi
}
compdef _keyferry keyferry
`;

/** Nobody waits long for a suggestion. */
const PATIENCE_MS = 5_000;

/** `completion`, and what the scripts ask. */
export function addCompletionCommands(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print the script that completes commands and names')
    .addArgument(program.createArgument('<shell>').choices(['bash', 'zsh']))
    .addHelpText(
      'after',
      '\nIn ~/.bashrc:  eval "$(keyferry completion bash)"\nIn ~/.zshrc:   eval "$(keyferry completion zsh)"',
    )
    .action((shell: string) => void io.stdout.write(shell === 'bash' ? BASH : ZSH));
  program
    .command('__complete', { hidden: true })
    .argument('<index>')
    .argument('[words...]')
    .helpOption(false)
    .action(async (index: string, words: string[]) => {
      const found = await suggest(program, io, words.slice(1, Number(index)), words[Number(index)] ?? '');
      io.stdout.write(found.map((word) => `${word}\n`).join(''));
    });
}

/** What may stand in the place of `started`, behind these words. */
async function suggest(program: Command, io: Io, before: readonly string[], started: string): Promise<string[]> {
  let command = program;
  const operands: string[] = [];
  for (let at = 0; at < before.length; at++) {
    const word = before[at] ?? '';
    if (word === '--') return [];
    const option = optionOf(command, word);
    if (option !== undefined) {
      if (option.required || option.optional) at += 1;
      continue;
    }
    const next = command.commands.find((child) => child.name() === word || child.aliases().includes(word));
    if (next === undefined) operands.push(word);
    else command = next;
  }
  const asked = optionOf(command, before.at(-1) ?? '');
  const begins = (words: readonly string[]) => words.filter((word) => word.startsWith(started));
  if (asked?.argChoices !== undefined) return begins(asked.argChoices);
  if (asked?.required) return begins(await namesFor(io, globalsOf(before), asked.long ?? ''));
  if (started.startsWith('-')) return begins(optionNames(command));
  if (command.commands.length > 0) return begins(commandNames(command));
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
  if (argument?.argChoices !== undefined) return begins(argument.argChoices);
  return begins(await namesFor(io, globalsOf(before), `<${argument?.name() ?? ''}>`));
}

function commandNames(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => child.name());
}

function optionNames(command: Command): string[] {
  const help = command.createHelp();
  const visible = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return visible.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));
}

function optionOf(command: Command, word: string): Option | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ short, long }) => word !== '' && (short === word || long === word));
    if (found !== undefined) return found;
  }
  return undefined;
}

function globalsOf(before: readonly string[]): GlobalOptions {
  const given = (...names: string[]): string | undefined => {
    const at = before.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : before[at + 1];
  };
  const found = {
    project: given('-p', '--project'),
    customer: given('--customer'),
    context: given('-c', '--context'),
    url: given('--url'),
  };
  return { quiet: true, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value)) };
}

type Names = (session: Session) => Promise<string[]>;

const profileNames: Names = async ({ kf }) => (await kf.profiles.list({ limit: 200 }).all(200)).map(({ name }) => name);
const groupNames: Names = async ({ kf }) => (await kf.groups.list({ limit: 200 }).all(200)).map(({ name }) => name);
const machineNames: Names = async ({ kf }) => (await kf.machines.list({ limit: 200 }).all(200)).map(({ name }) => name);
const webhookNames: Names = async ({ kf }) => (await kf.webhooks.list({ limit: 200 }).all(200)).map(({ name }) => name);
const userEmails: Names = async ({ kf }) => (await kf.people.list({ limit: 200 }).all(200)).map(({ email }) => email);
const importIds: Names = async ({ kf }) => (await kf.imports.list({ limit: 50 }).all(50)).map(({ id }) => id);
const tokenIds: Names = async ({ kf }) => (await kf.tokens.list({ limit: 50 }).all(50)).map(({ id }) => id);
const changeIds: Names = async ({ kf }) =>
  (await kf.changes.list({ state: 'pending_approval', limit: 50 }).all(50)).map(({ id }) => id);

const customerSlugs: Names = async ({ kf, project }) =>
  (await kf.customers.list(project, { limit: 200 }).all(200)).map(({ slug }) => slug);

const consumerNames: Names = async ({ kf, project }) =>
  (await kf.consumers.list({ project, limit: 200 }).all(200)).map(({ name }) => name);

/** By the name of an argument or option: where its names come from. */
const NAMES: Readonly<Record<string, Names>> = {
  '<secret>': secretNames,
  '<secret@version>': secretNames,
  '<secrets>': secretNames,
  '<profile>': profileNames,
  '--profile': profileNames,
  '--source': profileNames,
  '--target': profileNames,
  '--from-profile': profileNames,
  '<vault>': async ({ kf }) => (await kf.vaults.list({ limit: 200 }).all(200)).map(({ name }) => name),
  '--vault': async ({ kf }) => (await kf.vaults.list({ limit: 200 }).all(200)).map(({ name }) => name),
  '<slug>': async ({ kf }) => (await kf.projects.list({ limit: 200 }).all(200)).map(({ slug }) => slug),
  '--project': async ({ kf }) => (await kf.projects.list({ limit: 200 }).all(200)).map(({ slug }) => slug),
  '--in': async ({ kf }) => (await kf.projects.list({ limit: 200 }).all(200)).map(({ slug }) => slug),
  '--customer': customerSlugs,
  '<customer>': customerSlugs,
  '<consumer>': consumerNames,
  '--secret': secretNames,
  '<id>': changeIds,
  '<user>': userEmails,
  '--user': userEmails,
  '--owner': userEmails,
  '<group>': groupNames,
  '<machine>': machineNames,
  '--machine': machineNames,
  '<webhook>': webhookNames,
  '<import>': importIds,
  '<token>': tokenIds,
};

/** Nothing at all when nobody is signed in or the API is slow: a suggestion must never disturb. */
async function namesFor(io: Io, globals: GlobalOptions, place: string): Promise<string[]> {
  const names = NAMES[place];
  if (names === undefined) return [];
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    return await names(await openSession({ ...io, signal }, globals));
  } catch {
    return [];
  }
}
