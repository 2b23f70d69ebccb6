import { VaultError } from '../../../adapters/vault-error.ts';
import type { Sql } from '../../db.ts';
import type { Vault } from '../../vaults/vault.ts';
import { planOf } from '../change-plan.ts';
import { vaultRefOf } from '../vault-ref.ts';
import { holdsLease } from './holds-lease.ts';
import type { Operation, OperationTools, Run } from './operation.ts';

/**
 * The source, for whoever still has the change. A removal or a recovery that comes late would undo what was done since, and no
 * condition keeps it out: a removed entry has none, and a recovered one has the version that it had.
 */
async function openSource(tools: OperationTools, run: Run): Promise<Vault> {
  const vault = await tools.vaults.open(vaultRefOf(run.context.profile));
  await tools.failpoint('write.before-vault');
  if (!(await holdsLease(tools, run))) throw new VaultError('version_conflict', run.change.operation);
  return vault;
}

/**
 * `delete`: recoverable until the window ends. Where the vault can remove recoverably, the source goes now; elsewhere it
 * stays until the secret is destroyed, readable through nobody here.
 */
export const deleteOperation: Operation = {
  async reach(tools, run) {
    const { head, secret } = run.context;
    if (head === null) return;
    const vault = await openSource(tools, run);
    if (!vault.capabilities.softDelete) return;
    const ifVersion = vault.capabilities.compareAndSet ? { ifVersion: head.vaultVersion } : {};
    await vault.remove(secret.sourcePath, { mode: 'recoverable', ...ifVersion });
  },
  async apply(tx, run) {
    const { recoveryDays, copies } = planOf(run.change, 'delete');
    await tx.query(
      `update secrets set state = 'deleted', pending_change_id = null, deleted_at = clock_timestamp(),
         destroy_after = clock_timestamp() + make_interval(days => $3::int), revision = revision + 1,
         updated_by = $2::jsonb, updated_at = clock_timestamp() where id = $1`,
      [run.change.secretId, JSON.stringify(run.change.requester), recoveryDays],
    );
    return {
      wake:
        copies === 'delete' ? await wantAbsent(tx, run.change.secretId, 'until-restore') : await holdCopies(tx, run),
    };
  },
};

/** `restore`: the source comes back, then every copy. */
export const restoreOperation: Operation<string | undefined> = {
  async reach(tools, run) {
    const { head, secret } = run.context;
    if (head === null) return undefined;
    const vault = await openSource(tools, run);
    if (!vault.capabilities.softDelete) return head.vaultVersion;
    return (await vault.recover(secret.sourcePath)).version;
  },
  async apply(tx, run, vaultVersion) {
    const { secretId } = run.change;
    const { headVersion } = run.context.secret;
    const rows = await tx.query<{ profileId: string }>(
      `with version as (
         update secret_versions set vault_version = $3 where secret_id = $1 and version = $4 and $3::text is not null),
       restored as (
         update secrets set state = 'active', pending_change_id = null, deleted_at = null, destroy_after = null,
           revision = revision + 1, updated_by = $2::jsonb, updated_at = clock_timestamp() where id = $1)
       update targets set desired_version = nullif($4::int, 0), generation = generation + 1, state = 'pending', code = null,
         on_remove = 'delete', attempts = 0, next_attempt_at = clock_timestamp(), due_since = clock_timestamp(),
         updated_at = clock_timestamp()
       where secret_id = $1 and (state not in ('removing', 'removed') or on_remove = 'delete-until-restore')
       returning profile_id as "profileId"`,
      [secretId, JSON.stringify(run.change.requester), vaultVersion ?? null, headVersion],
    );
    return { wake: rows.map((row) => row.profileId) };
  },
};

/** `destroy`: for good, at the source and, as the change said, at the copies. */
export const destroyOperation: Operation = {
  async reach(tools, run) {
    const { head, secret } = run.context;
    if (head === null) return;
    const vault = await openSource(tools, run);
    const guard = secret.state === 'active' && vault.capabilities.compareAndSet && !run.recovering;
    await vault.remove(secret.sourcePath, {
      mode: 'permanent',
      ...(guard ? { ifVersion: head.vaultVersion } : {}),
    });
  },
  async apply(tx, run) {
    const { copies } = planOf(run.change, 'destroy');
    const { secretId } = run.change;
    await tx.query(
      `with gone as (update secret_versions set state = 'destroyed' where secret_id = $1),
       claim as (delete from remote_entries where secret_id = $1 and profile_id = $3 and path = $4)
       update secrets set state = 'destroyed', pending_change_id = null, latest_enabled = 0, revision = revision + 1,
         updated_by = $2::jsonb, updated_at = clock_timestamp() where id = $1`,
      [secretId, JSON.stringify(run.change.requester), run.context.profile.id, run.context.secret.sourcePath],
    );
    if (copies === 'delete') return { wake: await wantAbsent(tx, secretId, 'delete') };
    await tx.query(
      `with claims as (delete from remote_entries where secret_id = $1),
       moves as (delete from left_entries where secret_id = $1 and target_id is not null)
       update targets set state = 'removed', desired_version = null, generation = generation + 1, next_attempt_at = null,
         due_since = null, updated_at = clock_timestamp() where secret_id = $1`,
      [secretId],
    );
    return { wake: [] };
  },
};

/** `destroy_version`: the content of one old version goes for good. */
export const destroyVersionOperation: Operation = {
  async reach(tools, run) {
    const version = await versionToDestroy(tools, run);
    if (version === undefined) return;
    const vault = await openSource(tools, run);
    if (vault.capabilities.versions) await vault.destroyVersion(run.context.secret.sourcePath, version);
  },
  async apply(tx, run) {
    const { version } = planOf(run.change, 'destroy_version');
    await tx.query(
      `with v as (
         update secret_versions set state = 'destroyed' where secret_id = $1 and version = $3)
       update secrets s set pending_change_id = null, revision = revision + 1, updated_by = $2::jsonb,
         updated_at = clock_timestamp(),
         latest_enabled = coalesce((select max(o.version) from secret_versions o
           where o.secret_id = $1 and o.state = 'enabled' and o.version <> $3), 0)
       where s.id = $1`,
      [run.change.secretId, JSON.stringify(run.change.requester), version],
    );
    return { wake: [] };
  },
};

/** The vault's version to destroy, or undefined when the current source never held it. */
async function versionToDestroy(tools: OperationTools, run: Run): Promise<string | undefined> {
  const { version } = planOf(run.change, 'destroy_version');
  const [row] = await tools.db.query<{ vaultVersion: string; profileId: string; leftBehind: boolean }>(
    `select vault_version as "vaultVersion", profile_id as "profileId", left_behind as "leftBehind" from secret_versions
     where secret_id = $1::uuid and version = $2`,
    [run.change.secretId, version],
  );
  if (row === undefined) throw new VaultError('invalid_argument', 'destroy_version');
  return row.profileId === run.context.profile.id && !row.leftBehind ? row.vaultVersion : undefined;
}

/** Every copy must go: a desired state like any other, so it survives outages and no older write can undo it. */
async function wantAbsent(tx: Sql, secretId: string, onRemove: 'delete' | 'until-restore'): Promise<string[]> {
  const rows = await tx.query<{ profileId: string }>(
    `update targets set desired_version = null, generation = generation + 1, state = 'removing', code = null, attempts = 0,
       on_remove = case when $2 = 'delete' then 'delete' else 'delete-until-restore' end,
       next_attempt_at = clock_timestamp(), due_since = clock_timestamp(), updated_at = clock_timestamp()
     where secret_id = $1 and case when $2 = 'delete' then state <> 'removed' or on_remove = 'delete-until-restore'
       else state not in ('removing', 'removed') end
     returning profile_id as "profileId"`,
    [secretId, onRemove],
  );
  return rows.map((row) => row.profileId);
}

/** Copies stay where they are, and nothing is sent to them until a restore. */
async function holdCopies(tx: Sql, run: Run): Promise<string[]> {
  await tx.query(
    `update targets set state = 'parked', code = 'secret_deleted', generation = generation + 1, next_attempt_at = null,
       due_since = null, updated_at = clock_timestamp() where secret_id = $1 and state not in ('removing', 'removed')`,
    [run.change.secretId],
  );
  return [];
}
