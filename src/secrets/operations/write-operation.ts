import type { VaultVersion } from '../../../adapters/adapter.ts';
import type { SecretFields } from '../../../adapters/secret-value.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { openPayload } from '../../approvals/change-service.ts';
import { fingerprint, fingerprintKeyId } from '../../crypto/fingerprint.ts';
import type { Sql } from '../../db.ts';
import type { Vault } from '../../vaults/vault.ts';
import { type ContentPlan, planOf, type TargetPlan } from '../change-plan.ts';
import { setSecretLifetime } from '../lifetime-store.ts';
import { markedVersion, markerOwner, ownershipLabels } from '../ownership.ts';
import { canonicalBytes, parseCanonicalBytes } from '../payload/canonical-bytes.ts';
import { entryOrAbsent, vaultRefOf } from '../vault-ref.ts';
import { tellsVersions } from '../version-numbers.ts';
import { stillHoldsLease } from './holds-lease.ts';
import { isLateRepetition } from './late-repetition.ts';
import type { Applied, Operation, OperationTools, Run } from './operation.ts';

export interface Written {
  readonly vaultVersion: VaultVersion;
  readonly fields: SecretFields | undefined;
}

/** `create`, `update` and `rollback`: content goes to the source, and a version is born. */
export const writeOperation: Operation<Written | undefined> = {
  async reach(tools, run) {
    const content = contentOf(run);
    if (content === null) return undefined;
    const vault = await tools.vaults.open(vaultRefOf(run.context.profile));
    const fields = run.fields ?? fieldsOf(tools, run);
    if (run.recovering) {
      const found = await findEarlierWrite(tools, run, vault, content);
      if (found !== undefined) return { vaultVersion: found, fields };
    }
    const base = baseVaultVersion(run);
    if (!vault.capabilities.compareAndSet) await assertUnmoved(tools, run, vault);
    await tools.failpoint('write.before-vault');
    // A condition of the vault does not tell an entry from the next one at its place.
    if (!(await stillHoldsLease(tools, run))) throw new VaultError('version_conflict', 'write');
    const head = await vault.write(run.context.secret.sourcePath, fields, {
      operationId: run.change.id,
      ...(vault.capabilities.compareAndSet ? { ifVersion: base ?? 'absent' } : {}),
      ...((base === undefined ? vault.capabilities.labels : stamps(vault, run)) ? { labels: labelsOf(run) } : {}),
    });
    await tools.failpoint('write.after-vault');
    return { vaultVersion: head.version, fields };
  },

  async apply(tx, run, written) {
    const content = contentOf(run);
    const { targets, lifetime } = run.change.operation === 'create' ? planOf(run.change, 'create') : NOTHING_NEW;
    if (lifetime !== undefined) await setSecretLifetime(tx, run.change.secretId, lifetime);
    if (content === null || written === undefined) {
      await activate(tx, run);
      await insertTargets(tx, run, targets, 0);
      return { wake: [] };
    }
    return applyVersion(tx, run, { content, written, targets, version: run.context.nextVersion });
  },
};

const NOTHING_NEW = { targets: [], lifetime: undefined };

/** Content that is at the source, as the version that is born of it. */
export interface Born {
  readonly content: ContentPlan;
  readonly written: Written;
  /** Targets that are added with it. */
  readonly targets: readonly TargetPlan[];
  readonly version: number;
}

/** In a write-only secret or project; and where the content is that of a version which is write-only for good. */
const BORN_WRITE_ONLY = `((select s.write_only or j.write_only from secrets s join projects j on j.id = s.project_id
    where s.id = $1) or exists (select 1 from secret_versions o
    where o.secret_id = $1 and o.write_only and (o.fingerprint = $5 or o.version = $18::int)))`;

export async function applyVersion(tx: Sql, run: Run, born: Born): Promise<Applied> {
  const { content, written, targets, version } = born;
  const { organizationId, secretId, requester } = run.change;
  const rows = await tx.query<{ profileId: string }>(
    `with added as (
       insert into secret_versions (secret_id, version, organization_id, state, description, fingerprint, field_names, facts,
         size, profile_id, vault_version, change_id, created_by, created_at, traits, expires_at, on_expiry, single_access,
         write_only)
       values ($1, $2, $3, 'enabled', $4, $5, $6::text[], $7::jsonb, $8, $9, $10, $11, $12::jsonb, clock_timestamp(),
         $13::jsonb, coalesce($14::timestamptz, clock_timestamp() + $15::int * interval '1 second'), $16, $17,
         ${BORN_WRITE_ONLY})),
     previous as (
       update secret_versions set state = 'disabled'
       where $19::boolean and secret_id = $1 and state = 'enabled'
         and version = (select head_version from secrets where id = $1)),
     moved as (
       update secrets set head_version = $2, latest_enabled = $2, state = 'active', pending_change_id = null,
         revision = revision + 1, updated_by = $12::jsonb, updated_at = clock_timestamp()
       where id = $1)
     update targets set desired_version = $2, generation = generation + 1, state = 'pending', code = null, attempts = 0,
       next_attempt_at = clock_timestamp(), due_since = coalesce(due_since, clock_timestamp()),
       updated_at = clock_timestamp()
     where secret_id = $1 and state not in ('removing', 'removed', 'paused')
     returning profile_id as "profileId"`,
    [
      secretId,
      version,
      organizationId,
      content.description,
      content.fingerprint,
      content.fieldNames,
      JSON.stringify(content.facts),
      content.size,
      run.context.profile.id,
      written.vaultVersion,
      run.change.id,
      JSON.stringify(requester),
      JSON.stringify(content.traits),
      content.lifetime?.expiresAt ?? null,
      content.lifetime?.ttlSeconds ?? null,
      content.lifetime?.action ?? 'disable',
      content.lifetime?.singleAccess ?? false,
      run.change.operation === 'rollback' ? planOf(run.change, 'rollback').toVersion : null,
      run.change.operation === 'update' && planOf(run.change, 'update').disablePrevious === true,
    ],
  );
  await insertTargets(tx, run, targets, version);
  return {
    resultVersion: version,
    fields: written.fields,
    wake: [...rows.map((row) => row.profileId), ...targets.map((target) => target.profileId)],
  };
}

async function activate(tx: Sql, run: Run): Promise<void> {
  await tx.query(
    `update secrets set state = 'active', pending_change_id = null, revision = revision + 1,
       updated_by = $2::jsonb, updated_at = clock_timestamp() where id = $1`,
    [run.change.secretId, JSON.stringify(run.change.requester)],
  );
}

/** Adds target rows. With `version` 0 there is nothing to carry yet: they wait for the first version. */
export async function insertTargets(tx: Sql, run: Run, targets: readonly TargetPlan[], version: number): Promise<void> {
  if (targets.length === 0) return;
  await tx.query(
    `insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version, on_conflict,
       next_attempt_at, due_since)
     select (t->>'targetId')::uuid, $1::uuid, $2::uuid, (t->>'profileId')::uuid, t->>'remotePath', 'pending',
       nullif($4::int, 0), t->>'onConflict',
       case when $4::int = 0 then null else clock_timestamp() end, case when $4::int = 0 then null else clock_timestamp() end
     from jsonb_array_elements($3::jsonb) t`,
    [run.change.organizationId, run.change.secretId, JSON.stringify(targets), version],
  );
}

/**
 * After an attempt whose end nobody saw: the vault's version of our write if it is there, undefined if it provably is not.
 * Throws `version_conflict` when somebody else's content is there instead: it stays untouched.
 */
async function findEarlierWrite(
  tools: OperationTools,
  run: Run,
  vault: Vault,
  content: ContentPlan,
): Promise<VaultVersion | undefined> {
  const { secret } = run.context;
  const base = baseVaultVersion(run);
  const seen = await entryOrAbsent(vault.read(secret.sourcePath));
  if (seen === undefined) {
    if (base === undefined) return undefined;
    throw new VaultError('version_conflict', 'read');
  }
  if (seen.version === base) return undefined;
  const keyId = fingerprintKeyId(content.fingerprint);
  const same = fingerprint(tools.keyring, secret, canonicalBytes(seen.fields), keyId) === content.fingerprint;
  const owner = markerOwner(seen.labels, secret.id);
  if (!same && base !== undefined && (await isLateRepetition(tools, run, vault, seen))) return undefined;
  if (!same || owner === 'other') throw new VaultError('version_conflict', 'read');
  // An entry that was there before us, imported without the marker, stays without it.
  const unmarked = owner === 'none' && base === undefined && vault.capabilities.labels;
  const unstamped = base !== undefined && stamps(vault, run) && markedVersion(seen.labels) !== run.context.nextVersion;
  if (unmarked || unstamped) {
    const guard = vault.capabilities.compareAndSet ? { ifVersion: seen.version } : {};
    await vault.label(secret.sourcePath, labelsOf(run), guard);
  }
  return seen.version;
}

/** For vaults without compare-and-set: the nearest to it, a look right before. */
async function assertUnmoved(tools: OperationTools, run: Run, vault: Vault): Promise<void> {
  const base = baseVaultVersion(run);
  const seen = await entryOrAbsent(vault.head(run.context.secret.sourcePath));
  if (seen?.version === base) return;
  if (seen !== undefined && base !== undefined && (await isLateRepetition(tools, run, vault, seen))) return;
  throw new VaultError('version_conflict', 'write');
}

function contentOf(run: Run): ContentPlan | null {
  if (run.change.operation === 'create') return planOf(run.change, 'create').content;
  return run.change.operation === 'rollback'
    ? planOf(run.change, 'rollback').content
    : planOf(run.change, 'update').content;
}

/** The vault's version of what the change is based on; undefined when nothing of ours is there yet. */
function baseVaultVersion(run: Run): VaultVersion | undefined {
  return run.context.head?.vaultVersion;
}

/** The marker names the version where the vault's own numbers do not tell how many were written. */
export function stamps(vault: Vault, run: Run): boolean {
  const { sourceMarked, head } = run.context;
  return vault.capabilities.labels && sourceMarked && head !== null && !tellsVersions(vault.capabilities, head);
}

function labelsOf(run: Run) {
  return ownershipLabels(run.context.secret.id, run.context.profile.id, run.context.nextVersion);
}

function fieldsOf(tools: OperationTools, run: Run): SecretFields {
  const payload = openPayload(tools.keyring, run.change);
  if (payload === undefined) throw new Error('a change with content has no payload');
  return parseCanonicalBytes(payload);
}
