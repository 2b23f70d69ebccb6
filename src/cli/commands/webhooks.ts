import type { Command } from 'commander';
import type { Keyferry, Webhook } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { addDeliveryCommands } from './webhook-deliveries.ts';
import { addWebhookSettings, showSecret } from './webhook-settings.ts';

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

/** `webhooks list|show|create|update|delete|enable|disable|rotate-secret|ping|deliveries|replay`. */
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
  addWebhookSettings(webhooks, io, findWebhook);
  addLife(webhooks, io);
  addDeliveryCommands(webhooks, io, setExitCode, findWebhook);
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

function wholeHours(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new CliError(EXIT.usage, '--overlap is a whole number of hours.', 'At most 168.');
  return Number(text);
}

function findWebhook(kf: Keyferry, wanted: string): Promise<Webhook> {
  return findNamed(kf.webhooks.list({ limit: 200 }), wanted, ({ name }) => [name], 'webhook');
}
