import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { canonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import type { ValueCache } from '../secrets/value-cache.ts';
import { vaultRefOf } from '../secrets/vault-ref.ts';
import type { VaultPool } from '../vaults/vault.ts';
import type { ClaimedTarget } from './target-store.ts';

/** Why a value cannot be had now. The code is shown at the target; `failure` is what the source's vault said. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';
  readonly code: string;
  readonly failure: VaultError | undefined;
  constructor(code: string, failure?: VaultError) {
    super(code);
    this.code = code;
    this.failure = failure;
  }
}

export type SourceValues = ReturnType<typeof createSourceValues>;

/** Values for targets, read once from the source at the exact version and handed out only if they are what was approved. */
export function createSourceValues(deps: {
  readonly vaults: VaultPool;
  readonly keyring: Keyring;
  readonly values: ValueCache;
}) {
  const { vaults, keyring, values } = deps;
  const loading = new Map<string, Promise<SecretFields>>();

  const load = async (target: ClaimedTarget, version: number): Promise<SecretFields> => {
    const { source, version: record } = target;
    if (record === null || record.state === 'destroyed') throw new SourceUnavailable('version_destroyed');
    if (!source.enabled) throw new SourceUnavailable('source_profile_disabled');
    if (record.profileId !== source.id) throw new SourceUnavailable('version_content_unavailable');
    const vault = await vaults.open(vaultRefOf(source));
    if (!vault.capabilities.versions && !record.isHead) throw new SourceUnavailable('version_content_unavailable');
    const entry = await vault.read(
      target.sourcePath,
      vault.capabilities.versions ? { version: record.vaultVersion } : {},
    );
    const secret = { id: target.secretId, organizationId: target.organizationId, type: target.secretType };
    const actual = fingerprint(keyring, secret, canonicalBytes(entry.fields), fingerprintKeyId(record.fingerprint));
    if (actual !== record.fingerprint) throw new SourceUnavailable('source_drifted');
    values.put(target.secretId, version, entry.fields);
    return entry.fields;
  };

  return {
    /** Throws {@link SourceUnavailable}; nothing may be pushed then. */
    async valueOf(target: ClaimedTarget, version: number): Promise<SecretFields> {
      const cached = values.get(target.secretId, version);
      if (cached !== undefined) return cached;
      const key = `${target.secretId}@${version}`;
      let promise = loading.get(key);
      if (promise === undefined) {
        promise = load(target, version).finally(() => loading.delete(key));
        loading.set(key, promise);
      }
      try {
        return await promise;
      } catch (error) {
        if (error instanceof VaultError) throw new SourceUnavailable(`source_${error.code}`, error);
        throw error;
      }
    },
  };
}
