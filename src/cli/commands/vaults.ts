import type { Command } from 'commander';
import type { Keyferry, Vault, VaultKind } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, collect, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { settingNames, typedSettings } from '../typed-settings.ts';

const view: View<Vault> = {
  columns: {
    name: ({ name }) => name,
    kind: ({ kind }) => kind,
    settings: ({ settings }) =>
      Object.entries(settings)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' '),
    credentials: ({ credentials }) =>
      Object.entries(credentials)
        .map(([name, state]) => `${name} ${state}`)
        .join(', '),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

const kindView: View<VaultKind> = {
  columns: {
    kind: ({ kind }) => kind,
    title: ({ title }) => title,
    settings: ({ settings }) => settingNames(settings).join(', '),
    'of profiles': ({ attributes }) => settingNames(attributes).join(', '),
    credentials: ({ sensitive }) => sensitive.join(', '),
  },
  value: ({ kind }) => kind,
};

/** `vaults list|kinds|show|create|update|check|delete`. */
export function addVaultCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const vaults = program.command('vaults').alias('vault').description('stores: their addresses and credentials');
  vaults
    .command('list')
    .description('all vaults')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.vaults.list(), limit), view),
      ),
    );
  vaults
    .command('kinds')
    .description('which kinds there are, and what each is told')
    .action(inSession(io, async (session) => session.list(await session.kf.vaults.kinds(), kindView)));
  vaults
    .command('show')
    .description('one vault; credentials are never shown')
    .argument('<vault>', 'name or id')
    .action(inSession(io, async (session, [name = '']) => session.one(await findVault(session.kf, name), view)));
  addVaultWriting(vaults, io);
  vaults
    .command('check')
    .description('sign in at the vault and look what is missing')
    .argument('<vault>', 'name or id')
    .action(
      inSession(io, async (session, [name = '']) => {
        const vault = await findVault(session.kf, name);
        const check = await session.kf.vaults.check(vault.id);
        const missing = check.ok ? check.missingRights.map(({ right, needed }) => `${right} (to ${needed})`) : [];
        const sound = check.ok && missing.length === 0;
        const says = sound ? 'well' : check.ok ? `rights are missing: ${missing.join(', ')}` : check.code;
        session.done(`${vault.name}: ${says}`, check, sound ? 'ok' : 'not ok');
        if (!sound) setExitCode(EXIT.unsound);
      }),
    );
}

function addVaultWriting(vaults: Command, io: Io): void {
  const howToSet = 'a setting; name=@file, name=- (stdin) or name=? (ask) for credentials';
  vaults
    .command('create')
    .description('tell Keyferry of a vault')
    .argument('<name>', 'what it shall be called')
    .requiredOption('-k, --kind <kind>', 'see `vaults kinds`')
    .option('-s, --set <name=value>', howToSet, collect)
    .action(
      inSession<{ kind: string; set?: string[] }>(io, async (session, [name = ''], { kind, set = [] }) => {
        const settings = await readSettings(io, session.kf, kind, set);
        const vault = await session.kf.vaults.create({ name, kind, settings });
        session.done(`Created vault: ${vault.name}`, vault, vault.id);
      }),
    );
  vaults
    .command('update')
    .description('change settings or credentials')
    .argument('<vault>', 'name or id')
    .option('--name <name>', 'another name')
    .option('-s, --set <name=value>', howToSet, collect)
    .action(
      inSession<{ name?: string; set?: string[] }>(io, async (session, [wanted = ''], { name, set = [] }) => {
        const vault = await findVault(session.kf, wanted);
        const settings = set.length === 0 ? undefined : await readSettings(io, session.kf, vault.kind, set);
        const answer = await session.kf.vaults.update(vault.id, { name, settings, expectedRevision: vault.revision });
        const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
        await reportChange(session, change, { wait: undefined, applied: () => `Changed vault: ${name ?? vault.name}` });
      }),
    );
  vaults
    .command('delete')
    .description('forget a vault that no profile uses')
    .argument('<vault>', 'name or id')
    .action(
      inSession(io, async (session, [name = '']) => {
        const vault = await findVault(session.kf, name);
        await assertSure(io, `Delete the vault ${vault.name}?`, session.globals.yes === true);
        const answer = (await session.kf.vaults.delete(vault.id)) ?? { changeRequest: null };
        await reportChange(session, answer, { wait: undefined, applied: () => `Deleted vault: ${vault.name}` });
      }),
    );
}

/** By name or id. */
export function findVault(kf: Keyferry, wanted: string): Promise<Vault> {
  return findNamed(kf.vaults.list({ limit: 200 }), wanted, ({ name }) => [name], 'vault');
}

/** Settings as the kind wants them. */
async function readSettings(
  io: Io,
  kf: Keyferry,
  kind: string,
  pairs: readonly string[],
): Promise<Record<string, unknown>> {
  return typedSettings(io, (await findKind(kf, kind)).settings, pairs);
}

/** A kind of vault by its name. */
export async function findKind(kf: Keyferry, kind: string): Promise<VaultKind> {
  const found = (await kf.vaults.kinds()).find((known) => known.kind === kind);
  if (found !== undefined) return found;
  throw new CliError(EXIT.usage, `There is no kind of vault ${kind}.`, 'See `keyferry vaults kinds`.');
}
