import { systemActor } from '../access/actor.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import type { Log } from '../log.ts';
import { databaseIdentity, lookAtEverything, noteIdentity } from './restore-store.ts';

export const RESTORE_ADVICE =
  'The database is another one than at the last start; it may be older than the vaults. Nothing newer than it is overwritten, ' +
  'and no copy that is missing is made anew. Look at GET /v1/sync, decide about targets with the code remote_ahead, and then ' +
  'settle with POST /v1/sync/restore/settle.';

/**
 * Notices, at the start, that the database is not the one it was: restored from a backup, loaded elsewhere, or promoted. Then
 * every copy is looked at before anything is written there, and what only a restore explains waits for a person. Safe in any
 * number of processes: one of them raises it.
 */
export async function watchForRestore(deps: {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly log: Log;
}): Promise<void> {
  const { db, keyring, log } = deps;
  const identity = await databaseIdentity(db);
  const raised = await db.transaction(async (tx) => {
    if (!(await noteIdentity(tx, identity))) return false;
    await lookAtEverything(tx);
    const organizations = await tx.query<{ id: string }>('select id from organizations order by id');
    for (const { id } of organizations) {
      await appendAudit(tx, keyring, systemActor(id, 'restore'), [
        {
          action: 'sync.restore_suspected',
          objectType: 'installation',
          objectId: id,
          details: { reason: 'database_changed' },
        },
      ]);
    }
    return true;
  });
  if (raised) log.warn({ reason: 'database_changed' }, RESTORE_ADVICE);
}
