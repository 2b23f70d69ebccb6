import type { VaultVersion } from '../../../adapters/adapter.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { fingerprint, fingerprintKeyId } from '../../crypto/fingerprint.ts';
import type { Vault } from '../../vaults/vault.ts';
import { markerOwner, ownershipLabels } from '../ownership.ts';
import { canonicalBytes } from '../payload/canonical-bytes.ts';
import type { ProfileFacts } from '../secret-store.ts';
import { entryOrAbsent, vaultRefOf } from '../vault-ref.ts';
import { holdsLease } from './holds-lease.ts';
import type { OperationTools, Run } from './operation.ts';

/** Where the value of a secret is to be copied to, and what it must be. */
export interface CopyPlace {
  readonly profile: ProfileFacts;
  readonly path: string;
  readonly fingerprint: string;
}

/**
 * Copies the newest version from the source to a place where nothing is, and reads it back: only the very same content counts.
 * Answers with the vault's version there. Throws `version_conflict` when something of somebody else is there; what an earlier
 * attempt has written there is taken when recovering.
 */
export async function copyEntry(tools: OperationTools, run: Run, place: CopyPlace): Promise<VaultVersion> {
  const { secret, head, profile } = run.context;
  if (head === null) throw new VaultError('invalid_argument', run.change.operation);
  const to = await tools.vaults.open(vaultRefOf(place.profile));
  const present = await entryOrAbsent(to.read(place.path));
  if (present !== undefined) {
    if (!run.recovering || markerOwner(present.labels, secret.id) === 'other')
      throw new VaultError('version_conflict', 'read');
    return prove(tools, run, to, place);
  }
  const from = await tools.vaults.open(vaultRefOf(profile));
  const content = await from.read(secret.sourcePath, from.capabilities.versions ? { version: head.vaultVersion } : {});
  assertFingerprint(tools, run, content.fields, place.fingerprint);
  await tools.failpoint('write.before-vault');
  if (!(await holdsLease(tools, run))) throw new VaultError('version_conflict', 'write');
  await to.write(place.path, content.fields, {
    operationId: run.change.id,
    ...(to.capabilities.compareAndSet ? { ifVersion: 'absent' } : {}),
    ...(to.capabilities.labels ? { labels: ownershipLabels(secret.id, place.profile.id, secret.headVersion) } : {}),
  });
  await tools.failpoint('write.after-vault');
  return prove(tools, run, to, place);
}

async function prove(tools: OperationTools, run: Run, vault: Vault, place: CopyPlace): Promise<VaultVersion> {
  const entry = await vault.read(place.path);
  assertFingerprint(tools, run, entry.fields, place.fingerprint);
  return entry.version;
}

function assertFingerprint(
  tools: OperationTools,
  run: Run,
  fields: Parameters<typeof canonicalBytes>[0],
  expected: string,
): void {
  const { secret } = run.context;
  const actual = fingerprint(tools.keyring, secret, canonicalBytes(fields), fingerprintKeyId(expected));
  if (actual !== expected) throw new VaultError('version_conflict', 'read');
}
