import { type Command, Option } from 'commander';
import type { Body, Keyferry, Webhook } from '../../client/keyferry.ts';
import { askHidden } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { type Io, isInteractive, readStdin } from '../io.ts';
import { collect } from '../options.ts';
import { inSession, type Session } from '../session.ts';

type FindWebhook = (kf: Keyferry, wanted: string) => Promise<Webhook>;

/** `webhooks create|update`. */
export function addWebhookSettings(webhooks: Command, io: Io, findWebhook: FindWebhook): void {
  addCreation(webhooks, io);
  addUpdate(webhooks, io, findWebhook);
}

/** Prints the secret that signs: on standard output and nowhere else. */
export function showSecret(session: Session, made: { readonly secret: string }): void {
  session.note('Keep it: it is not shown again.');
  session.done(made.secret, made, made.secret);
}

interface CreateOptions {
  readonly format?: Webhook['format'];
  readonly kind?: string[];
  readonly in?: string[];
  readonly pace?: Webhook['pace'];
}

function addCreation(webhooks: Command, io: Io): void {
  webhooks
    .command('create')
    .description('make one; with -p only for that project. Prints the secret that signs, this once')
    .argument('<name>', 'for people')
    .argument('[url]', 'http or https; that of a chat better from standard input (-), or asked for')
    .addOption(new Option('--format <format>', 'of messages; usual: keyferry').choices(['keyferry', 'slack', 'teams']))
    .option('--kind <kind>', 'only such notices, for example change.waiting', collect)
    .option('--in <project>', 'only of this project: id or slug', collect)
    .addOption(paceOption('usual: immediate'))
    .action(
      inSession<CreateOptions>(io, async (session, [name = '', given], { format, kind, in: within = [], pace }) => {
        const url = await takeUrl(session, given, format);
        const { project } = session.globals;
        const projectIds = await idsOf(session, project === undefined ? within : [project, ...within]);
        const kinds = kind as Body<'createWebhook'>['kinds'];
        showSecret(session, await session.kf.webhooks.create({ name, url, format, kinds, projectIds, pace }));
      }),
    );
}

interface UpdateOptions extends Omit<CreateOptions, 'format'> {
  readonly name?: string;
  readonly to?: string | true;
  readonly allKinds?: boolean;
  readonly allProjects?: boolean;
}

function addUpdate(webhooks: Command, io: Io, findWebhook: FindWebhook): void {
  webhooks
    .command('update')
    .description('change one; its format stays, and what signs is for rotate-secret')
    .argument('<webhook>', 'name or id')
    .option('--name <name>', 'another name')
    .option('--to [url]', 'another URL; that of a chat better from standard input (-), or asked for')
    .option('--kind <kind>', 'all the notices it shall be told', collect)
    .option('--all-kinds', 'every notice')
    .option('--in <project>', 'all the projects it shall be told of: id or slug', collect)
    .option('--all-projects', 'of every project, and of what belongs to none')
    .addOption(paceOption('how often'))
    .action(
      inSession<UpdateOptions>(io, async (session, [wanted = ''], options) => {
        if (Object.keys(options).length === 0) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --to, --kind or another option.');
        }
        const { name, to, kind, in: within, pace, allKinds, allProjects } = options;
        assertOne(kind, allKinds, '--kind or --all-kinds');
        assertOne(within, allProjects, '--in or --all-projects');
        const { id, format } = await findWebhook(session.kf, wanted);
        const webhook = await session.kf.webhooks.update(id, {
          name,
          url: to === undefined ? undefined : await takeUrl(session, to, format),
          kinds: allKinds ? [] : (kind as Body<'updateWebhook'>['kinds']),
          projectIds: allProjects ? [] : within && (await idsOf(session, within)),
          pace,
        });
        session.done(`Changed webhook: ${webhook.name}`, webhook, id);
      }),
    );
}

function assertOne(some: unknown, all: unknown, which: string): void {
  if (some !== undefined && all !== undefined) throw new CliError(EXIT.usage, `${which}?`, 'Give one of them.');
}

function paceOption(description: string): Option {
  return new Option('--pace <pace>', description).choices(['immediate', 'hourly', 'daily']);
}

/** Ids of projects, each once. */
async function idsOf({ kf }: Session, projects: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const project of projects) ids.add((await kf.projects.get(project)).id);
  return [...ids];
}

async function takeUrl({ io }: Session, given: string | true | undefined, format: string | undefined): Promise<string> {
  if (typeof given === 'string' && given !== '-') {
    if (format === 'slack' || format === 'teams') {
      io.stderr.write(
        'Warning: the URL of a chat is its credential; it shows in the list of processes and in your history.\n',
      );
    }
    return given;
  }
  const url = given !== '-' && isInteractive(io) ? await askHidden(io, 'URL') : (await readStdin(io)).toString();
  if (url.trim() === '') throw new CliError(EXIT.usage, 'There is no URL.', 'Name it, or give it on standard input.');
  return url.trim();
}
