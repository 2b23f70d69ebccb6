import type { SecretFields } from '../../adapters/secret-value.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError, type SealPlace, seal, unseal } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { canonicalBytes, parseCanonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import type { ClaimedTarget } from './target-store.ts';

export interface RemovedCopiesDeps {
  readonly db: Sql;
  readonly keyring: Keyring;
}

/** What was at a target's place, and which version of the secret that is; null: none of them. */
export interface Removed {
  readonly fields: SecretFields;
  readonly version: number | null;
}

export type RemovedCopies = ReturnType<typeof createRemovedCopies>;

/**
 * Sealed copies of what was removed from vaults that cannot bring anything back: for as long as the secret can be restored, and
 * no longer. A restore takes the value from the source; where that is away, from here.
 */
export function createRemovedCopies({ db, keyring }: RemovedCopiesDeps) {
  return {
    /** Before the removal. Keeps nothing when the secret is past its recovery. */
    async keep(target: ClaimedTarget, { fields, version }: Removed): Promise<void> {
      const sealed = seal(keyring, placeOf(target), canonicalBytes(fields));
      await db.query(
        `insert into removed_copies (target_id, organization_id, secret_id, version, sealed, expires_at, created_at)
         select $1::uuid, $2::uuid, s.id, $4::int, $5, s.destroy_after, clock_timestamp() from secrets s
         where s.id = $3::uuid and s.state = 'deleted' and s.destroy_after > clock_timestamp()
         on conflict (target_id) do update set version = excluded.version, sealed = excluded.sealed,
           expires_at = excluded.expires_at, created_at = excluded.created_at`,
        [target.id, target.organizationId, target.secretId, version, sealed],
      );
    },

    /** The wanted version, if it was kept and is still what was approved. */
    async find(target: ClaimedTarget): Promise<SecretFields | undefined> {
      const record = target.version;
      if (record === null) return undefined;
      const [row] = await db.query<{ sealed: Buffer }>(
        `select sealed from removed_copies where target_id = $1::uuid and version = $2
           and expires_at > clock_timestamp()`,
        [target.id, target.desiredVersion],
      );
      if (row === undefined) return undefined;
      const fields = opened(keyring, target, row.sealed);
      if (fields === undefined) return undefined;
      const secret = { id: target.secretId, organizationId: target.organizationId, type: target.secretType };
      const actual = fingerprint(keyring, secret, canonicalBytes(fields), fingerprintKeyId(record.fingerprint));
      return actual === record.fingerprint ? fields : undefined;
    },

    /** Erases what nobody may want any more: out of time, back at its place, or of a destroyed secret. */
    async erase(): Promise<void> {
      await db.query(
        `delete from removed_copies r where r.expires_at <= clock_timestamp() or not exists (
           select 1 from targets t join secrets s on s.id = t.secret_id
           where t.id = r.target_id and t.state <> 'synced' and s.state <> 'destroyed')`,
      );
    },
  };
}

/** Undefined for what was not sealed for this target: nothing of it is used. */
function opened(keyring: Keyring, target: ClaimedTarget, sealed: Buffer): SecretFields | undefined {
  try {
    return parseCanonicalBytes(unseal(keyring, placeOf(target), sealed));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

function placeOf(target: Pick<ClaimedTarget, 'id' | 'organizationId'>): SealPlace {
  return { purpose: 'removed-copy', organizationId: target.organizationId, table: 'removed_copies', rowId: target.id };
}
