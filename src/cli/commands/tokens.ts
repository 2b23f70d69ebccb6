import type { Command } from 'commander';
import type { Token } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { findMachine } from './machines.ts';
import { findPerson } from './people.ts';

const view: View<Token> = {
  columns: {
    name: ({ name }) => name,
    state: ({ revokedAt }) => (revokedAt === null ? 'valid' : 'revoked'),
    expires: ({ expiresAt }) => expiresAt ?? 'never',
    created: ({ createdAt }) => createdAt,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

interface ListOptions {
  readonly user?: string;
  readonly machine?: string;
  readonly limit: number;
}

interface CreateOptions {
  readonly user?: string;
  readonly machine?: string;
  readonly days?: string;
}

/** `tokens list|create|revoke`. */
export function addTokenCommands(program: Command, io: Io): void {
  const tokens = program.command('tokens').alias('token').description('API tokens');
  tokens
    .command('list')
    .description('yours, or somebody’s')
    .option('--user <user>', 'of this person')
    .option('--machine <machine>', 'of this machine: name or id')
    .addOption(limitOption())
    .action(
      inSession<ListOptions>(io, async (session, _args, { user, machine, limit }) => {
        const query = {
          userId: user === undefined ? undefined : (await findPerson(session.kf, user)).id,
          machineId: machine === undefined ? undefined : (await findMachine(session.kf, machine)).id,
        };
        session.list(await atMost(session.kf.tokens.list(query), limit), view);
      }),
    );
  tokens
    .command('create')
    .description('make one; its text is shown this once')
    .argument('<name>', 'what it is for')
    .option('--user <user>', 'the first one of this person')
    .option('--machine <machine>', 'of this machine: name or id')
    .option('--days <n>', 'valid for so long; default: for ever')
    .action(
      inSession<CreateOptions>(io, async (session, [name = ''], { user, machine, days }) => {
        const made = await session.kf.tokens.create({
          name,
          userId: user === undefined ? undefined : (await findPerson(session.kf, user)).id,
          machineId: machine === undefined ? undefined : (await findMachine(session.kf, machine)).id,
          expiresAt: days === undefined ? undefined : inDays(days),
        });
        if ('changeRequest' in made) {
          session.note(`It works when change request ${made.changeRequest.id} is approved.`);
        }
        session.note('Keep it: it is not shown again.');
        session.done(made.token, made, made.token);
      }),
    );
  tokens
    .command('revoke')
    .description('make one useless, at once')
    .argument('<token>', 'its id')
    .action(
      inSession(io, async (session, [id = '']) => {
        await assertSure(io, `Revoke the token ${id}?`, session.globals.yes === true);
        await session.kf.tokens.revoke(id);
        session.done('Revoked.', { id });
      }),
    );
}

function inDays(text: string): string {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new CliError(EXIT.usage, '--days is a whole number from 1.', 'For example --days 90.');
  return new Date(Date.now() + Number(text) * 86_400_000).toISOString();
}
