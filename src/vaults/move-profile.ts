import type { AdapterModule } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import { assertContentFits } from './profile-fit.ts';
import { claimedEntry } from './remote-entry.ts';

/**
 * The entries of a profile are elsewhere from now on, because its vault or its attributes changed: what we hold moves to the
 * new place, and every copy is looked at again, because nothing was proved there. Lock the profile first.
 *
 * Throws `change_in_progress` while a change is open that names the old place, `remote_path_taken` when somebody else holds an
 * entry at the new one, and `invalid_input` when the vault cannot hold a path or the newest content there.
 */
export async function moveProfile(
  tx: Sql,
  profileId: string,
  module: AdapterModule,
  to: { readonly place: string; readonly attributes: unknown },
): Promise<void> {
  await assertNothingUnderWay(tx, profileId);
  await assertContentFits(tx, profileId, module, to.attributes);
  await moveEntries(tx, profileId, module, to);
  // In the order in which everybody locks several targets.
  await tx.query('select id from targets where profile_id = $1::uuid order by id for no key update', [profileId]);
  await tx.query(
    `update targets set generation = generation + 1, owned = false, claimed = false, observed_version = null,
       remote_version = null, lease_token = lease_token + 1, lease_until = null,
       code = case when state = 'removing' then 'delete_fuse' else code end,
       next_attempt_at = case when state = 'removing' or code = 'secret_deleted' then null else clock_timestamp() end,
       due_since = case when state = 'removing' or code = 'secret_deleted' then null else clock_timestamp() end,
       state = case when state = 'removing' or code = 'secret_deleted' then state else 'pending' end,
       updated_at = clock_timestamp()
     where profile_id = $1::uuid
       and state in ('pending', 'syncing', 'synced', 'failed', 'drifted', 'conflict', 'parked', 'removing')`,
    [profileId],
  );
  // What is to be removed was said of another place: somebody looks before anything goes here.
  await tx.query(
    `update vault_profiles p set fuse_tripped_at = clock_timestamp(), fuse_released = 0, fuse_of = h.held
     from (select count(*)::int as held from targets where profile_id = $1::uuid and state = 'removing') h
     where p.id = $1::uuid and h.held > 0`,
    [profileId],
  );
}

/** Throws `change_in_progress` while a change or an earlier move names entries that would be left. */
export async function assertNothingUnderWay(tx: Sql, profileId: string): Promise<void> {
  const [open] = await tx.query<{ changes: number; moves: number }>(
    `select (select count(*)::int from change_requests c
         where c.state in ('pending_approval', 'approved', 'executing', 'indeterminate')
           and c.secret_id in (select secret_id from remote_entries where profile_id = $1::uuid)) as changes,
       (select count(*)::int from left_entries where profile_id = $1::uuid) as moves`,
    [profileId],
  );
  const { changes, moves } = open ?? { changes: 0, moves: 0 };
  if (changes + moves === 0) return;
  throw new AppError('change_in_progress', 'Open changes, or an earlier move, name the place that this would leave.', {
    facts: { changes, moves },
  });
}

/** Two statements instead of an update: an entry that is taken there must not end in a constraint's error. */
async function moveEntries(
  tx: Sql,
  profileId: string,
  module: AdapterModule,
  { place, attributes }: { readonly place: string; readonly attributes: unknown },
): Promise<void> {
  const left = await tx.query<{ path: string; secretId: string }>(
    'delete from remote_entries where profile_id = $1::uuid returning path, secret_id as "secretId"',
    [profileId],
  );
  const use = module.attributes.parse(attributes);
  const moved = left.map(({ path, secretId }) => ({ path, secretId, entry: entryOrRefusal(module, use, path) }));
  const taken = await tx.query(
    `insert into remote_entries (place, entry, path, secret_id, profile_id)
     select $2, m->>'entry', m->>'path', (m->>'secretId')::uuid, $1::uuid from jsonb_array_elements($3::jsonb) m
     on conflict do nothing returning path`,
    [profileId, place, JSON.stringify(moved)],
  );
  if (taken.length !== left.length) {
    throw new AppError('remote_path_taken', 'Somebody else holds entries at the new place.');
  }
}

function entryOrRefusal(module: AdapterModule, attributes: unknown, path: string): string {
  try {
    return claimedEntry(module, attributes, path);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw invalidField('/attributes', 'attributes with which the vault can hold the secrets that are there');
  }
}
