import type { Entry } from '../../../adapters/adapter.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { fingerprint, fingerprintKeyId } from '../../crypto/fingerprint.ts';
import type { Vault } from '../../vaults/vault.ts';
import { planOf } from '../change-plan.ts';
import { markerOwner, ownershipLabels } from '../ownership.ts';
import { canonicalBytes } from '../payload/canonical-bytes.ts';
import { vaultRefOf } from '../vault-ref.ts';
import type { Operation, Run } from './operation.ts';
import { applyVersion, stamps, type Written } from './write-operation.ts';

/**
 * `accept_source`: what somebody else, or we ourselves before the database was restored, left at the source becomes the next
 * version. Nothing is written but, where it carries our marker, the number; what was pinned must still be there.
 */
export const acceptSourceOperation: Operation<Written> = {
  async reach(tools, run) {
    const { secret, profile } = run.context;
    const { content, vaultVersion } = planOf(run.change, 'accept_source');
    const vault = await tools.vaults.open(vaultRefOf(profile));
    const entry = await vault.read(secret.sourcePath);
    const keyId = fingerprintKeyId(content.fingerprint);
    const same = fingerprint(tools.keyring, secret, canonicalBytes(entry.fields), keyId) === content.fingerprint;
    const moved = entry.version !== vaultVersion && !run.recovering;
    if (!same || moved || markerOwner(entry.labels, secret.id) === 'other') {
      throw new VaultError('version_conflict', 'read');
    }
    return { vaultVersion: stamps(vault, run) ? await stamp(run, entry, vault) : entry.version, fields: entry.fields };
  },

  apply(tx, run, accepted) {
    const { content } = planOf(run.change, 'accept_source');
    return applyVersion(tx, run, { content, written: accepted, targets: [], version: numberOf(run) });
  },
};

/** The number may have to be higher by now than when the change was opened. */
function numberOf(run: Run): number {
  return Math.max(planOf(run.change, 'accept_source').version, run.context.nextVersion);
}

async function stamp(run: Run, entry: Entry, vault: Vault): Promise<string> {
  const { secret, profile } = run.context;
  const labels = { ...entry.labels, ...ownershipLabels(secret.id, profile.id, numberOf(run)) };
  const guard = vault.capabilities.compareAndSet ? { ifVersion: entry.version } : {};
  return (await vault.label(secret.sourcePath, labels, guard)).version;
}
