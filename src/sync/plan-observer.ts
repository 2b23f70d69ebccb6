import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { entryOrAbsent, vaultRefOf } from '../secrets/vault-ref.ts';
import type { VaultPool } from '../vaults/vault.ts';
import { fingerprintsOf, observedAs } from './converge-target.ts';
import { type PlanRow, versionsWith } from './plan-store.ts';
import type { Sight } from './target-plan.ts';

export interface PlanObserverDeps {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly vaults: VaultPool;
}

/** Looks at once for one plan, beside the limits of each profile. */
const AT_ONCE = 4;
/** No look begins later than this after the first one; what is left is planned from the ledger. */
const BUDGET_MS = 10_000;

/**
 * Looks at the destinations of these targets and changes nothing. What a vault holds stays here: only whether it is a version
 * of the secret goes on. A look that fails says why and never counts as "nothing there".
 */
export async function observeTargets(
  deps: PlanObserverDeps,
  rows: readonly PlanRow[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Sight>> {
  const sights = new Map<string, Sight>();
  const waiting = [...rows];
  const until = performance.now() + BUDGET_MS;
  const lookOn = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      if (signal.aborted || performance.now() > until) return;
      sights.set(row.id, await look(deps, row));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookOn));
  return sights;
}

async function look(deps: PlanObserverDeps, row: PlanRow): Promise<Sight> {
  try {
    const vault = await deps.vaults.open(vaultRefOf(row.profile));
    const entry = await entryOrAbsent(vault.read(row.remotePath));
    if (entry === undefined) return { basis: 'observed', observed: { kind: 'absent' } };
    const matches = await versionsWith(deps.db, row.secretId, fingerprintsOf(deps, row, entry));
    return { basis: 'observed', observed: observedAs(vault, entry, row, matches) };
  } catch (error) {
    if (error instanceof VaultError) return { basis: 'unknown', code: error.code };
    throw error;
  }
}
