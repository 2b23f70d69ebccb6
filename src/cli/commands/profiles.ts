import type { Command } from 'commander';
import type { VaultProfile } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { findPolicy } from './policies.ts';
import { findVault } from './vaults.ts';

const view: View<VaultProfile> = {
  columns: {
    name: ({ name }) => name,
    state: ({ enabled, pausedAt }) => (enabled ? (pausedAt ? 'paused' : 'enabled') : 'disabled'),
    check: ({ check }) => (check.code ? `${check.state} (${check.code})` : check.state),
    breaker: ({ breaker }) => (breaker.state === 'closed' ? '' : `${breaker.state} (${breaker.code})`),
    naming: ({ naming }) => naming,
    approval: ({ approvalProfileId }) => (approvalProfileId ? 'asked' : ''),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

/** `profiles list|show|create|set|enable|disable|pause|resume|check|entries|delete`. */
export function addProfileCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const profiles = program.command('profiles').alias('profile').description('vault profiles: ways to use vaults');
  profiles
    .command('list')
    .description('all vault profiles, and how their vaults are')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.profiles.list(), limit), view),
      ),
    );
  profiles
    .command('show')
    .description('one of them')
    .argument('<profile>')
    .action(inSession(io, async (session, [name = '']) => session.one(await session.kf.profile(name), view)));
  addProfileWriting(profiles, io);
  for (const way of ['enable', 'disable', 'pause', 'resume'] as const) {
    const does = {
      enable: 'use it again',
      disable: 'no call to its vault at all',
      pause: 'carry nothing to it',
      resume: 'carry to it again',
    };
    profiles
      .command(way)
      .description(does[way])
      .argument('<profile>')
      .action(
        inSession(io, async (session, [name = '']) => {
          const { id } = await session.kf.profile(name);
          session.done(`Done: ${way} ${name}`, await session.kf.profiles[way](id));
        }),
      );
  }
  profiles
    .command('check')
    .description('sign in at its vault now and look what is missing')
    .argument('<profile>')
    .action(
      inSession(io, async (session, [name = '']) => {
        const { check } = { check: await session.kf.profiles.check((await session.kf.profile(name)).id) };
        const missing = check.missingRights.map(({ right, needed }) => `${right} (to ${needed})`).join(', ');
        const says = [check.state, check.code, missing].filter(Boolean).join(', ');
        session.done(`${name}: ${says}`, check, check.state);
        if (check.state !== 'ok') setExitCode(EXIT.unsound);
      }),
    );
  profiles
    .command('entries')
    .description('what its vault holds there')
    .argument('<profile>')
    .option('--prefix <prefix>')
    .addOption(limitOption())
    .action(
      inSession<{ prefix?: string; limit: number }>(io, async (session, [name = ''], { prefix, limit }) => {
        const { id } = await session.kf.profile(name);
        const entries = await atMost(session.kf.profiles.entries(id, { prefix }), limit);
        session.list(entries, {
          columns: { path: ({ path }) => path, secret: ({ secretId }) => secretId },
          value: ({ path }) => path,
        });
      }),
    );
}

interface Settings {
  readonly naming?: string;
  readonly approval?: string;
  readonly name?: string;
}

function addProfileWriting(profiles: Command, io: Io): void {
  profiles
    .command('create')
    .description('a way to use a vault')
    .argument('<name>')
    .requiredOption('--vault <vault>', 'name or id of the vault')
    .option('--naming <template>', 'how entries are named there')
    .option('--approval <policy>', 'approval profile that is asked')
    .action(
      inSession<Settings & { vault: string }>(io, async (session, [name = ''], { vault, naming, approval }) => {
        const { kf } = session;
        const vaultId = (await findVault(kf, vault)).id;
        const approvalProfileId = approval === undefined ? undefined : (await findPolicy(kf, approval)).id;
        const made = await kf.profiles.create({ name, vaultId, naming, approvalProfileId });
        session.done(`Created vault profile: ${made.name}`, made, made.id);
      }),
    );
  profiles
    .command('set')
    .description('change a vault profile')
    .argument('<profile>')
    .option('--name <name>', 'another name')
    .option('--naming <template>', 'how entries are named there')
    .option('--approval <policy>', 'approval profile that is asked; "none": nobody')
    .action(
      inSession<Settings>(io, async (session, [wanted = ''], { name, naming, approval }) => {
        if (name === undefined && naming === undefined && approval === undefined) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --name, --naming or --approval.');
        }
        const { kf } = session;
        const profile = await kf.profile(wanted);
        const policy = approval === undefined || approval === 'none' ? null : (await findPolicy(kf, approval)).id;
        const answer = await kf.profiles.update(profile.id, {
          name,
          naming,
          ...(approval === undefined ? {} : { approvalProfileId: policy }),
        });
        const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
        await reportChange(session, change, {
          wait: undefined,
          applied: () => `Changed vault profile: ${name ?? profile.name}`,
        });
      }),
    );
  profiles
    .command('delete')
    .description('remove one that nothing uses')
    .argument('<profile>')
    .action(
      inSession(io, async (session, [name = '']) => {
        const profile = await session.kf.profile(name);
        await assertSure(io, `Delete the vault profile ${profile.name}?`, session.globals.yes === true);
        const answer = (await session.kf.profiles.delete(profile.id)) ?? { changeRequest: null };
        await reportChange(session, answer, {
          wait: undefined,
          applied: () => `Deleted vault profile: ${profile.name}`,
        });
      }),
    );
}
