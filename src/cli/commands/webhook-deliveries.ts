import { type Command, Option } from 'commander';
import { pause } from '../../client/api.ts';
import type { Keyferry, NoticeDelivery, Query, Webhook } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';
import { waitLimit } from '../wait-limit.ts';

const LOOK_MS = 250;

const view: View<NoticeDelivery> = {
  columns: {
    created: ({ createdAt }) => createdAt,
    kind: ({ kind }) => kind,
    state: ({ state }) => state,
    attempts: ({ attempts }) => attempts,
    status: ({ status }) => status,
    code: ({ code }) => code,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

type Find = (kf: Keyferry, wanted: string) => Promise<Webhook>;

/** `webhooks ping|deliveries|replay`. */
export function addDeliveryCommands(webhooks: Command, io: Io, setExitCode: SetExitCode, find: Find): void {
  webhooks
    .command('ping')
    .description('send a test, and wait for what the receiver answers')
    .argument('<webhook>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const webhook = await find(session.kf, wanted);
        const tried = await outcomeOf(session, webhook, await session.kf.webhooks.ping(webhook.id));
        const { state, status, code } = tried;
        const why = [status === null ? '' : `status ${status}`, code ?? ''].filter(Boolean).join(', ');
        session.done(`${webhook.name}: ${state}${why === '' ? '' : `, ${why}`}`, tried, state);
        if (state !== 'delivered') setExitCode(EXIT.unsound);
      }),
    );
  webhooks
    .command('deliveries')
    .description('what was and will be sent in 30 days, newest first')
    .argument('<webhook>', 'name or id')
    .addOption(
      new Option('--state <state>', 'parked: nobody tries any more').choices([
        'pending',
        'failed',
        'delivered',
        'parked',
      ]),
    )
    .option('--kind <kind>', 'only such notices, for example change.waiting')
    .addOption(limitOption())
    .action(
      inSession<{ state?: string; kind?: string; limit: number }>(io, async (session, [wanted = ''], given) => {
        const { limit, state, kind } = given;
        const { id } = await find(session.kf, wanted);
        const query = { state, kind } as Query<'listWebhookDeliveries'>;
        session.list(await atMost(session.kf.webhooks.deliveries(id, query), limit), view);
      }),
    );
  webhooks
    .command('replay')
    .description('send one notice again, or everything since a time')
    .argument('<webhook>', 'name or id')
    .option('--delivery <id>', 'this one; see `webhooks deliveries`')
    .option('--since <time>', 'everything since then, as 2030-01-31T00:00:00Z')
    .action(
      inSession<{ delivery?: string; since?: string }>(io, async (session, [wanted = ''], { delivery, since }) => {
        const { kf } = session;
        if ((delivery === undefined) === (since === undefined)) {
          throw new CliError(EXIT.usage, 'What shall be sent again?', 'Say --delivery or --since, one of them.');
        }
        const { id, name } = await find(kf, wanted);
        const answer =
          delivery === undefined
            ? await kf.webhooks.replay(id, { since: since ?? '' })
            : await kf.webhooks.replayDelivery(id, delivery);
        session.done(`It is sent again:\n  keyferry webhooks deliveries "${name}"`, answer, answer.id);
      }),
    );
}

/** The delivery once it was tried. */
async function outcomeOf(session: Session, webhook: Webhook, begun: NoticeDelivery): Promise<NoticeDelivery> {
  const limit = waitLimit(session);
  const progress = session.progress();
  progress.say('Waiting for the receiver');
  try {
    for (let seen = begun; ; ) {
      if (seen.state !== 'pending') return seen;
      if (limit.isOver()) {
        const next = `It goes on all the same: keyferry webhooks deliveries "${webhook.name}"`;
        throw new CliError(EXIT.unavailable, 'The test was not sent in time.', next);
      }
      await pause(LOOK_MS, session.io.signal);
      const pings = await session.kf.webhooks.deliveries(webhook.id, { kind: 'ping', limit: 50 }).page();
      seen = pings.items.find(({ id }) => id === begun.id) ?? seen;
    }
  } finally {
    progress.end();
  }
}
