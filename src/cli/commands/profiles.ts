import type { Command } from 'commander';
import type { Keyferry, VaultProfile } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, collect, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { reportChange } from '../report-change.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';
import { typedSettings } from '../typed-settings.ts';
import { findPolicy } from './policies.ts';
import { findKind, findVault } from './vaults.ts';

const view: View<VaultProfile> = {
  columns: {
    name: ({ name }) => name,
    state: ({ enabled, pausedAt }) => (enabled ? (pausedAt ? 'paused' : 'enabled') : 'disabled'),
    check: ({ check }) => (check.code ? `${check.state} (${check.code})` : check.state),
    breaker: ({ breaker }) => (breaker.state === 'closed' ? '' : `${breaker.state} (${breaker.code})`),
    'held removals': ({ fuse }) => (fuse.tripped ? `${fuse.wanted} of ${fuse.of}` : ''),
    naming: ({ naming }) => naming,
    approval: ({ approvalProfileId }) => (approvalProfileId ? 'asked' : ''),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

/** `profiles list|show|create|set|enable|disable|pause|resume|fuse|check|entries|delete`. */
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
    .argument('<profile>', 'name or id')
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
      .argument('<profile>', 'name or id')
      .action(
        inSession(io, async (session, [name = '']) => {
          const { id } = await session.kf.profile(name);
          session.done(`Done: ${way} ${name}`, await session.kf.profiles[way](id));
        }),
      );
  }
  addFuse(profiles, io);
  profiles
    .command('check')
    .description('sign in at its vault now and look what is missing')
    .argument('<profile>', 'name or id')
    .action(
      inSession(io, async (session, [name = '']) => {
        const { id } = await session.kf.profile(name);
        const check = await session.kf.profiles.check(id);
        const missing = check.missingRights.map(({ right, needed }) => `${right} (to ${needed})`).join(', ');
        const says = [check.state, check.code, missing].filter(Boolean).join(', ');
        session.done(`${name}: ${says}`, check, check.state);
        if (check.state !== 'ok') setExitCode(EXIT.unsound);
      }),
    );
  profiles
    .command('entries')
    .description('what its vault holds there')
    .argument('<profile>', 'name or id')
    .option('--prefix <prefix>', 'only those that begin so')
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

function addFuse(profiles: Command, io: Io): void {
  profiles
    .command('fuse')
    .description('removals that are held because they are many: how many, or let some go (--reason says why)')
    .argument('<profile>', 'name or id')
    .option('--release <n>', 'how many may begin')
    .action(
      inSession<{ release?: string }>(io, async (session, [name = ''], { release }) => {
        const { reason } = session.globals;
        const profile = await session.kf.profile(name);
        if (release === undefined) return session.one(profile.fuse, fuseView);
        if (!/^[1-9]\d{0,8}$/.test(release) || reason === undefined) {
          throw new CliError(
            EXIT.usage,
            'How many, and why?',
            'For example --release 20 --reason "the old shop is gone"',
          );
        }
        await assertSure(io, `Let ${release} removals at ${profile.name} go?`, session.globals.yes === true);
        const done = await session.kf.profiles.releaseFuse(profile.id, { release: Number(release), reason });
        session.done(`Let go: ${done.released}; still held: ${done.held}`, done, String(done.held));
      }),
    );
}

const fuseView: View<VaultProfile['fuse']> = {
  columns: {
    tripped: ({ tripped }) => tripped,
    held: ({ wanted }) => wanted,
    'of copies': ({ of }) => of,
    'let go, not begun': ({ released }) => released,
    since: ({ since }) => since,
  },
  value: ({ wanted }) => wanted,
};

interface Settings {
  readonly naming?: string;
  readonly approval?: string;
  readonly name?: string;
  readonly set?: string[];
  readonly maxDeletes?: string;
}

/** Attributes as the kind of the vault describes them, and the delete fuse; undefined: as it is. */
async function detailsOf({ kf, io }: Session, vaultId: string, { set, maxDeletes }: Settings) {
  if (maxDeletes !== undefined && !/^(none|\d{1,7})$/.test(maxDeletes)) {
    throw new CliError(EXIT.usage, '--max-deletes is a whole number, or "none".', 'For example --max-deletes 20.');
  }
  return {
    attributes: set && (await attributesOf(kf, io, vaultId, set)),
    maxDeletes: maxDeletes === undefined ? undefined : maxDeletes === 'none' ? null : Number(maxDeletes),
  };
}

async function attributesOf(kf: Keyferry, io: Io, vaultId: string, pairs: readonly string[]) {
  const { kind } = await kf.vaults.get(vaultId);
  return typedSettings(io, (await findKind(kf, kind)).attributes, pairs);
}

function addProfileWriting(profiles: Command, io: Io): void {
  profiles
    .command('create')
    .description('a way to use a vault')
    .argument('<name>', 'what it shall be called')
    .requiredOption('--vault <vault>', 'name or id of the vault')
    .option('--naming <template>', 'how entries are named there')
    .option('-s, --set <name=value>', 'an attribute, see `vaults kinds`', collect)
    .option('--max-deletes <n>', 'hold removals beyond so many within an hour')
    .option('--approval <policy>', 'approval profile that is asked')
    .action(
      inSession<Settings & { vault: string }>(io, async (session, [name = ''], options) => {
        const { vault, naming, approval } = options;
        const { kf } = session;
        const vaultId = (await findVault(kf, vault)).id;
        const approvalProfileId = approval === undefined ? undefined : (await findPolicy(kf, approval)).id;
        const made = await kf.profiles.create({
          name,
          vaultId,
          naming,
          approvalProfileId,
          ...(await detailsOf(session, vaultId, options)),
        });
        session.done(`Created vault profile: ${made.name}`, made, made.id);
      }),
    );
  profiles
    .command('set')
    .description('change a vault profile')
    .argument('<profile>', 'name or id')
    .option('--name <name>', 'another name')
    .option('--naming <template>', 'how entries are named there')
    .option('-s, --set <name=value>', 'an attribute, see `vaults kinds`', collect)
    .option('--max-deletes <n>', 'hold removals beyond so many within an hour; "none": never')
    .option('--approval <policy>', 'approval profile that is asked; "none": nobody')
    .action(
      inSession<Settings>(io, async (session, [wanted = ''], options) => {
        if (Object.keys(options).length === 0) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --name, --naming or another option.');
        }
        const { name, naming, approval } = options;
        const { kf } = session;
        const profile = await kf.profile(wanted);
        const policy = approval === undefined || approval === 'none' ? null : (await findPolicy(kf, approval)).id;
        const answer = await kf.profiles.update(profile.id, {
          name,
          naming,
          ...(await detailsOf(session, profile.vaultId, options)),
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
    .argument('<profile>', 'name or id')
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
