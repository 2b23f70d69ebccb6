import type { Entry, VaultVersion } from '../../../adapters/adapter.ts';
import { type SecretFields, sizeOfFields } from '../../../adapters/secret-value.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { fingerprint, fingerprintKeyId } from '../../crypto/fingerprint.ts';
import type { Vault } from '../../vaults/vault.ts';
import { planOf } from '../change-plan.ts';
import { markerOwner, ownershipLabels } from '../ownership.ts';
import { canonicalBytes } from '../payload/canonical-bytes.ts';
import { vaultRefOf } from '../vault-ref.ts';
import type { Operation, OperationTools, Run } from './operation.ts';

interface Adopted {
  readonly vaultVersion: VaultVersion;
  readonly size: number;
}

/**
 * `import`: an entry becomes a secret where it lies. Nothing is written to the vault but, when asked, the ownership marker. What
 * the change pinned must still be there, by its fingerprint: whoever looked a moment ago brings the content along, everybody else looks again.
 */
export const importOperation: Operation<Adopted> = {
  async reach(tools, run) {
    const plan = planOf(run.change, 'import');
    if (run.fields !== undefined && !plan.marker) {
      return { vaultVersion: plan.vaultVersion, size: sizeOfFields(run.fields) };
    }
    const vault = await tools.vaults.open(vaultRefOf(run.context.profile));
    const entry = await vault.read(plan.sourcePath);
    assertPinned(tools, run, entry);
    const vaultVersion = plan.marker ? await mark(tools, run, vault, entry) : entry.version;
    return { vaultVersion, size: sizeOfFields(entry.fields) };
  },

  async apply(tx, run, { vaultVersion, size }) {
    const { content, marker } = planOf(run.change, 'import');
    const { id, organizationId, secretId, requester } = run.change;
    await tx.query(
      `with added as (
         insert into secret_versions (secret_id, version, organization_id, state, description, fingerprint, field_names,
           facts, size, profile_id, vault_version, change_id, created_by, created_at, traits)
         values ($1, 1, $2, 'enabled', $12, $3, $4::text[], $5::jsonb, $6, $7, $8, $9, $10::jsonb, clock_timestamp(),
           $11::jsonb))
       update secrets set head_version = 1, latest_enabled = 1, marked = $13, state = 'active', pending_change_id = null,
         revision = revision + 1, updated_by = $10::jsonb, updated_at = clock_timestamp()
       where id = $1`,
      [
        secretId,
        organizationId,
        content.fingerprint,
        content.fieldNames,
        JSON.stringify(content.facts),
        size,
        run.context.profile.id,
        vaultVersion,
        id,
        JSON.stringify(requester),
        JSON.stringify(content.traits),
        content.description,
        marker,
      ],
    );
    return { resultVersion: 1, wake: [] };
  },
};

/** Throws `version_conflict` when the entry is no longer what the change is about. */
function assertPinned(tools: OperationTools, run: Run, entry: Entry): void {
  const plan = planOf(run.change, 'import');
  const same = fingerprintOf(tools, run, entry.fields, plan.content.fingerprint) === plan.content.fingerprint;
  const foreign = markerOwner(entry.labels, run.context.secret.id) === 'other' && !plan.marker;
  if (!same || foreign) throw new VaultError('version_conflict', 'read');
}

/**
 * Labels of others stay beside ours. Repeating it after a crash finds the marker and writes nothing. Answers with the version
 * afterwards.
 */
async function mark(tools: OperationTools, run: Run, vault: Vault, entry: Entry): Promise<VaultVersion> {
  const { secret, profile } = run.context;
  if (markerOwner(entry.labels, secret.id) === 'ours') return entry.version;
  await tools.failpoint('write.before-vault');
  const head = await vault.label(
    entry.path,
    { ...entry.labels, ...ownershipLabels(secret.id, profile.id, 1) },
    vault.capabilities.compareAndSet ? { ifVersion: entry.version } : {},
  );
  await tools.failpoint('write.after-vault');
  return head.version;
}

function fingerprintOf(tools: OperationTools, run: Run, fields: SecretFields, expected: string): string {
  return fingerprint(tools.keyring, run.context.secret, canonicalBytes(fields), fingerprintKeyId(expected));
}
