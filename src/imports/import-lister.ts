import type { Db } from '../db.ts';
import type { Vault } from '../vaults/vault.ts';
import type { LeasedImport } from './import.ts';
import { addListed } from './import-item-store.ts';

/** Most entries of one import. */
export const MOST_ENTRIES = 10_000;

const BATCH = 500;

/** How a listing came out: all entries are known, there are too many, or somebody else goes on. */
export type Listed = 'complete' | 'too_many_entries' | 'stopped';

/**
 * Takes down every entry below the import's prefix, a batch at a time, while the vault is being listed. After a crash it begins
 * again: what is known is not added twice. Throws the vault's failure: a listing that fails on any page is none.
 */
export async function listEntries(db: Db, vault: Vault, job: LeasedImport, signal: AbortSignal): Promise<Listed> {
  let batch = new Set<string>();
  let total = 0;
  const flush = async (): Promise<boolean> => {
    const added = await db.transaction((tx) => addListed(tx, job, [...batch]));
    batch = new Set();
    total = added ?? total;
    return added !== undefined;
  };
  for await (const path of vault.list(job.prefix ?? '')) {
    if (signal.aborted) return 'stopped';
    batch.add(path);
    if (batch.size < BATCH) continue;
    if (!(await flush())) return 'stopped';
    if (total > MOST_ENTRIES) return 'too_many_entries';
  }
  if (!(await flush())) return 'stopped';
  return total > MOST_ENTRIES ? 'too_many_entries' : 'complete';
}
