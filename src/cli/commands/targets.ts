import { type Command, Option } from 'commander';
import type { Target } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { COMMENT, waitOption } from '../options.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { findSecret, fullName } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';

/** A copy, in a list. */
export const targetView: View<Target> = {
  columns: {
    profile: ({ profileName }) => profileName,
    state: ({ state }) => state,
    wanted: ({ desiredVersion }) => desiredVersion,
    there: ({ observedVersion }) => observedVersion,
    code: ({ code }) => code,
    attempts: ({ attempts }) => attempts || '',
    'next try': ({ state, nextAttemptAt }) => (state === 'synced' ? '' : nextAttemptAt),
    path: ({ remotePath }) => remotePath,
  },
  value: ({ profileName, state }) => `${profileName} ${state}`,
};

interface Common {
  readonly comment?: string;
  readonly wait?: Wait;
}

/** `targets list|add|remove|resolve`. */
export function addTargetCommands(program: Command, io: Io): void {
  const targets = program.command('targets').alias('target').description('copies of a secret');
  targets
    .command('list')
    .description('where it is copied to, and how far that is')
    .argument('<secret>', 'name, or folder/name')
    .action(
      inSession(io, async (session, [name = '']) => {
        const { secret } = await findSecret(session, name);
        session.list(await session.kf.targets.list(secret.id), targetView);
      }),
    );
  targets
    .command('add')
    .description('copy it to another vault profile')
    .argument('<secret>', 'name, or folder/name')
    .argument('<profile>', 'name or id')
    .addOption(
      new Option('--on-conflict <way>', 'what to do with a foreign entry there').choices([
        'fail',
        'adopt',
        'overwrite',
      ]),
    )
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { onConflict?: 'fail' | 'adopt' | 'overwrite' }>(
        io,
        async (session, [name = '', profile = ''], options) => {
          const { secret } = await findSecret(session, name);
          const { id: profileId } = await session.kf.profile(profile);
          const { onConflict, comment, wait } = options;
          const answer = await session.kf.targets.add(secret.id, { profileId, onConflict, comment });
          await reportChange(session, answer, { wait, applied: () => `Added: ${fullName(secret)} at ${profile}` });
        },
      ),
    );
  targets
    .command('remove')
    .description('copy it there no longer')
    .argument('<secret>', 'name, or folder/name')
    .argument('<profile>', 'name or id')
    .option('--keep-copy', 'leave the copy where it is')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { keepCopy?: boolean }>(
        io,
        async (session, [name = '', profile = ''], { keepCopy, comment, wait }) => {
          const { secret } = await findSecret(session, name);
          const target = await findTarget(session, secret.id, profile);
          const what = keepCopy ? 'Forget' : 'Delete';
          await assertSure(io, `${what} the copy of ${fullName(secret)} at ${profile}?`, session.globals.yes === true);
          const body = { copy: keepCopy ? ('keep' as const) : ('delete' as const), comment };
          const answer = await session.kf.targets.remove(secret.id, target.id, body);
          await reportChange(session, answer, { wait, applied: () => `Removed: ${fullName(secret)} at ${profile}` });
        },
      ),
    );
  targets
    .command('resolve')
    .description('a foreign or changed entry is in the place: what shall become of it')
    .argument('<secret>', 'name, or folder/name')
    .argument('<profile>', 'name or id')
    .addArgument(targets.createArgument('<way>').choices(['adopt', 'overwrite', 'leave']))
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common>(io, async (session, [name = '', profile = '', way], { comment, wait }) => {
        const { secret } = await findSecret(session, name);
        const target = await findTarget(session, secret.id, profile);
        const body = { way: way as 'adopt' | 'overwrite' | 'leave', comment };
        const answer = await session.kf.targets.resolve(secret.id, target.id, body);
        await reportChange(session, answer, { wait, applied: () => `Resolved: ${fullName(secret)} at ${profile}` });
      }),
    );
}

async function findTarget({ kf }: Session, secretId: string, profile: string): Promise<Target> {
  const targets = (await kf.targets.list(secretId)).filter(({ state }) => state !== 'removed');
  const found = targets.find((target) => [target.profileName, target.profileId, target.id].includes(profile));
  if (found !== undefined) return found;
  const names = targets.map(({ profileName }) => profileName).join(', ');
  throw new CliError(
    EXIT.notFound,
    `It has no copy at ${profile}.`,
    names === '' ? 'It has none.' : `It has: ${names}.`,
  );
}
