import { type Command, Option } from 'commander';
import type { Body, Keyferry, Webhook } from '../../client/keyferry.ts';
import { askHidden, assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import { type Io, isInteractive, readStdin } from '../io.ts';
import { atMost, collect, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';
import { addDeliveryCommands } from './webhook-deliveries.ts';

const view: View<Webhook> = {
  columns: {
    name: ({ name }) => name,
    at: ({ origin }) => origin,
    format: ({ format }) => format,
    state: ({ enabled, replaying }) => (enabled ? (replaying ? 'replaying' : 'enabled') : 'disabled'),
    told: ({ kinds }) => kinds.join(', ') || 'everything',
    pace: ({ pace }) => pace,
    projects: ({ projectIds }) => projectIds.join(', ') || 'all',
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

/** `webhooks list|show|create|delete|enable|disable|rotate-secret|ping|deliveries|replay`. */
export function addWebhookCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const webhooks = program.command('webhooks').alias('webhook').description('receivers that are told what happens');
  webhooks
    .command('list')
    .description('all of them; their URLs are not shown')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.webhooks.list(), limit), view),
      ),
    );
  webhooks
    .command('show')
    .description('one of them')
    .argument('<webhook>', 'name or id')
    .action(inSession(io, async (session, [wanted = '']) => session.one(await findWebhook(session.kf, wanted), view)));
  addCreation(webhooks, io);
  addLife(webhooks, io);
  addDeliveryCommands(webhooks, io, setExitCode, findWebhook);
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
    .addOption(new Option('--pace <pace>', 'usual: immediate').choices(['immediate', 'hourly', 'daily']))
    .action(
      inSession<CreateOptions>(io, async (session, [name = '', given], { format, kind, in: within = [], pace }) => {
        const url = await takeUrl(session, given, format);
        const { project } = session.globals;
        const projectIds = new Set<string>();
        for (const one of project === undefined ? within : [project, ...within]) {
          projectIds.add((await session.kf.projects.get(one)).id);
        }
        const kinds = kind as Body<'createWebhook'>['kinds'];
        const body = { name, url, format, kinds, projectIds: [...projectIds], pace };
        showSecret(session, await session.kf.webhooks.create(body));
      }),
    );
}

function addLife(webhooks: Command, io: Io): void {
  for (const way of ['enable', 'disable'] as const) {
    webhooks
      .command(way)
      .description(way === 'enable' ? 'tell it again, also what waits' : 'tell it nothing of what happens meanwhile')
      .argument('<webhook>', 'name or id')
      .action(
        inSession(io, async (session, [wanted = '']) => {
          const { id, name } = await findWebhook(session.kf, wanted);
          const webhook = await session.kf.webhooks.update(id, { enabled: way === 'enable' });
          session.done(`Done: ${way} ${name}`, webhook, id);
        }),
      );
  }
  webhooks
    .command('rotate-secret')
    .description('sign with a new secret, which is printed; the old one signs beside it for a while')
    .argument('<webhook>', 'name or id')
    .option('--overlap <hours>', 'for so long; usual: 24')
    .action(
      inSession<{ overlap?: string }>(io, async (session, [wanted = ''], { overlap }) => {
        const { id } = await findWebhook(session.kf, wanted);
        const overlapHours = overlap === undefined ? undefined : wholeHours(overlap);
        const rotated = await session.kf.webhooks.rotateSecret(id, { overlapHours });
        session.note(`The old one is good until ${rotated.previousValidUntil}.`);
        showSecret(session, rotated);
      }),
    );
  webhooks
    .command('delete')
    .description('remove one, and all it still waits for')
    .argument('<webhook>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const webhook = await findWebhook(session.kf, wanted);
        await assertSure(io, `Delete the webhook ${webhook.name}?`, session.globals.yes === true);
        await session.kf.webhooks.delete(webhook.id);
        session.done(`Deleted webhook: ${webhook.name}`, webhook, webhook.id);
      }),
    );
}

/** On standard output and nowhere else. */
function showSecret(session: Session, made: { readonly secret: string }): void {
  session.note('Keep it: it is not shown again.');
  session.done(made.secret, made, made.secret);
}

async function takeUrl({ io }: Session, given: string | undefined, format: string | undefined): Promise<string> {
  if (given !== undefined && given !== '-') {
    if (format === 'slack' || format === 'teams') {
      io.stderr.write(
        'Warning: the URL of a chat is its credential; it shows in the list of processes and in your history.\n',
      );
    }
    return given;
  }
  const url = given === undefined && isInteractive(io) ? await askHidden(io, 'URL') : (await readStdin(io)).toString();
  if (url.trim() === '') throw new CliError(EXIT.usage, 'There is no URL.', 'Name it, or give it on standard input.');
  return url.trim();
}

function wholeHours(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new CliError(EXIT.usage, '--overlap is a whole number of hours.', 'At most 168.');
  return Number(text);
}

function findWebhook(kf: Keyferry, wanted: string): Promise<Webhook> {
  return findNamed(kf.webhooks.list({ limit: 200 }), wanted, ({ name }) => [name], 'webhook');
}
