import type { Entry } from '../../../adapters/adapter.ts';
import { fingerprint, fingerprintKeyId } from '../../crypto/fingerprint.ts';
import type { Vault } from '../../vaults/vault.ts';
import { markerOwner } from '../ownership.ts';
import { canonicalBytes } from '../payload/canonical-bytes.ts';
import type { OperationTools, Run } from './operation.ts';

/**
 * True when the source moved by nothing but a write of ours that was sent once more and arrived late, which a vault without
 * compare-and-set cannot keep out: under our marker lies the content of a version we know. Whoever writes next may replace it.
 */
export async function isLateRepetition(
  { db, keyring }: OperationTools,
  { context: { secret } }: Run,
  vault: Vault,
  entry: Pick<Entry, 'fields' | 'labels'>,
): Promise<boolean> {
  if (vault.capabilities.compareAndSet || markerOwner(entry.labels, secret.id) !== 'ours') return false;
  const known = await db.query<{ fingerprint: string }>(
    'select distinct fingerprint from secret_versions where secret_id = $1::uuid',
    [secret.id],
  );
  const bytes = canonicalBytes(entry.fields);
  return known.some(
    (each) => each.fingerprint === fingerprint(keyring, secret, bytes, fingerprintKeyId(each.fingerprint)),
  );
}
