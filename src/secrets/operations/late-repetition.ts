import type { EntryHead } from '../../../adapters/adapter.ts';
import type { Vault } from '../../vaults/vault.ts';
import { markerOwner } from '../ownership.ts';
import { holdsLease } from './holds-lease.ts';
import type { OperationTools, Run } from './operation.ts';

/**
 * True when the source moved by nothing but a write of ours that was sent once more and arrived late, which a vault without
 * compare-and-set cannot keep out. Whoever writes next may replace it. Three things are asked, because everything else may be
 * somebody's will:
 *
 * - the vault itself says that the write was one of an earlier change of this secret, below our marker. The content alone proves
 *   nothing: others may have put an older value back on purpose.
 * - it is none of the versions that we recorded: those come back when others disable or remove a newer one.
 * - the change that asks is still ours to carry out. Otherwise it is itself what comes late, and what it sees is newer.
 */
export async function isLateRepetition(
  tools: OperationTools,
  run: Run,
  vault: Vault,
  { writtenBy, version, labels }: EntryHead,
): Promise<boolean> {
  const { secret } = run.context;
  if (vault.capabilities.compareAndSet || writtenBy === undefined || writtenBy === run.change.id) return false;
  if (markerOwner(labels, secret.id) !== 'ours' || !(await holdsLease(tools, run))) return false;
  const [row] = await tools.db.query<{ ours: boolean; recorded: boolean }>(
    `select exists (select 1 from change_requests where secret_id = $1::uuid and id::text = $2) as ours,
       exists (select 1 from secret_versions where secret_id = $1::uuid and vault_version = $3) as recorded`,
    [secret.id, writtenBy, version],
  );
  return row?.ours === true && !row.recorded;
}
