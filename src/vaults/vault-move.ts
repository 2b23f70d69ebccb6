import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';

/**
 * The vault is elsewhere from now on: its profiles get a new revision (grants name the old one), what we hold moves to the
 * new place, and every copy is looked at again, because nothing was proved there.
 *
 * Throws `change_in_progress` while a change is open that names the old place, and `remote_path_taken` when somebody else
 * holds a path at the new place.
 */
export async function moveVault(
  tx: Sql,
  vaultId: string,
  place: { readonly from: string; readonly to: string },
): Promise<void> {
  await tx.query('select id from vault_profiles where vault_id = $1::uuid for update', [vaultId]);
  await renewProfiles(tx, vaultId);
  if (place.from === place.to) return;
  const [open] = await tx.query<{ changes: number }>(
    `select count(*)::int as changes from change_requests c
     where c.state in ('pending_approval', 'approved', 'executing', 'indeterminate')
       and c.secret_id in (select r.secret_id from remote_entries r
         join vault_profiles p on p.id = r.profile_id where p.vault_id = $1::uuid)`,
    [vaultId],
  );
  if (open !== undefined && open.changes > 0) {
    throw new AppError('change_in_progress', 'Open changes name the place that this would leave.', {
      facts: { changes: open.changes },
    });
  }
  await moveEntries(tx, vaultId, place);
  // In the order in which everybody locks several targets.
  await tx.query(
    `select id from targets where profile_id in (select id from vault_profiles where vault_id = $1::uuid)
     order by id for no key update`,
    [vaultId],
  );
  await tx.query(
    `update targets set generation = generation + 1, owned = false, claimed = false, observed_version = null,
       remote_version = null, lease_token = lease_token + 1, lease_until = null,
       next_attempt_at = case when code = 'secret_deleted' then null else clock_timestamp() end,
       due_since = case when code = 'secret_deleted' then null else clock_timestamp() end,
       state = case when state = 'removing' or code = 'secret_deleted' then state else 'pending' end,
       updated_at = clock_timestamp()
     where profile_id in (select id from vault_profiles where vault_id = $1::uuid)
       and state in ('pending', 'syncing', 'synced', 'failed', 'drifted', 'conflict', 'parked', 'removing')`,
    [vaultId],
  );
}

/** Settings that say where and as whom we come in are part of what a grant was given for. */
async function renewProfiles(tx: Sql, vaultId: string): Promise<void> {
  await tx.query(
    'update vault_profiles set revision = revision + 1, updated_at = clock_timestamp() where vault_id = $1::uuid',
    [vaultId],
  );
}

/** Two statements instead of an update: a path that is taken there must not end in a constraint's error. */
async function moveEntries(tx: Sql, vaultId: string, place: { readonly from: string; readonly to: string }) {
  const taken = await tx.query(
    `insert into remote_entries (place, path, secret_id, profile_id)
     select $3, path, secret_id, profile_id from remote_entries
     where place = $2 and profile_id in (select id from vault_profiles where vault_id = $1::uuid)
     on conflict do nothing returning path`,
    [vaultId, place.from, place.to],
  );
  const left = await tx.query(
    `delete from remote_entries
     where place = $2 and profile_id in (select id from vault_profiles where vault_id = $1::uuid) returning path`,
    [vaultId, place.from],
  );
  if (taken.length !== left.length) {
    throw new AppError('remote_path_taken', 'Somebody else holds paths at the new place.');
  }
}
