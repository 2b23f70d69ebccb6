import type { Sql } from '../db.ts';
import type { ClaimedTarget } from './target-store.ts';

/** Profiles whose turn it is and that have a copy to look at, so that somebody rings for them. */
export async function dueScans(db: Sql): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select p.id from vault_profiles p
     where p.next_drift_at <= clock_timestamp() and p.enabled and p.credential_state <> 'refused' and p.paused_at is null
       and p.drift_interval_minutes is not null and not exists (select 1 from installation i where i.paused_at is not null)
       and (select min(t.next_scan_at) from targets t where t.profile_id = p.id and t.next_scan_at is not null)
         <= clock_timestamp()`,
  );
  return rows.map((row) => row.id);
}

/** Takes the profile's turn, for one caller only, and sets the next one. */
export async function takeScanTurn(db: Sql, profileId: string, turnMs: number): Promise<boolean> {
  const rows = await db.query(
    `update vault_profiles set next_drift_at = clock_timestamp() + $2::int * interval '1 millisecond'
     where id = $1::uuid and next_drift_at <= clock_timestamp() and enabled and drift_interval_minutes is not null
     returning id`,
    [profileId, turnMs],
  );
  return rows.length === 1;
}

/**
 * An entry of ours is back in the place of a removed target: takes the place again, and then the target is to be removed anew.
 * False when the place belongs to somebody else by now: then nothing there is ours to touch.
 */
export async function reclaimRemoved(
  db: Sql,
  { id, leaseToken, secretId, profileId, remotePath }: ClaimedTarget,
  { place, entry }: { readonly place: string; readonly entry: string },
): Promise<boolean> {
  const rows = await db.query(
    `with held as (select id from targets where id = $1::uuid and lease_token = $2 and state = 'removed' for update),
     own as (select 1 from remote_entries where place = $3 and entry = $4 and secret_id = $6::uuid and profile_id = $7::uuid
       and not exists (select 1 from secrets where id = $6::uuid and source_profile_id = $7::uuid and source_path = $5)),
     taken as (
       insert into remote_entries (place, entry, path, secret_id, profile_id)
       select $3, $4, $5, $6::uuid, $7::uuid from held where not exists (select 1 from own) on conflict do nothing
       returning place)
     update targets t set state = 'removing', generation = generation + 1, claimed = true, attempts = 0, code = null,
       next_attempt_at = clock_timestamp(), due_since = clock_timestamp(), updated_at = clock_timestamp()
     from held where t.id = held.id and (exists (select 1 from taken) or exists (select 1 from own)) returning t.id`,
    [id, leaseToken, place, entry, remotePath, secretId, profileId],
  );
  return rows.length === 1;
}

/** Whether somebody decided before that this content is not to become a version of the secret. */
export async function wasRefused(db: Sql, secretId: string, fingerprints: readonly string[]): Promise<boolean> {
  const rows = await db.query(
    `select 1 from change_requests where secret_id = $1::uuid and operation = 'update' and state in ('rejected', 'cancelled')
       and plan->'content'->>'fingerprint' = any($2::text[]) limit 1`,
    [secretId, fingerprints],
  );
  return rows.length > 0;
}

/** Says at a drifted target why the content there cannot be proposed. */
export async function noteRefusal(db: Sql, targetId: string, code: string): Promise<void> {
  await db.query(
    `update targets set code = $2, updated_at = clock_timestamp() where id = $1::uuid and state = 'drifted'`,
    [targetId, code],
  );
}
