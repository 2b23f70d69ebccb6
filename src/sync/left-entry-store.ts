import type { Sql } from '../db.ts';
import { PROFILE_JSON, type ProfileFacts } from '../secrets/secret-store.ts';
import { NOT_PAUSED } from './pause-store.ts';

/** An entry that a target or a source has left, claimed by one process. */
export interface LeftEntry {
  readonly id: string;
  readonly organizationId: string;
  readonly secretId: string;
  readonly secretType: string;
  readonly profileId: string;
  /** Null: it was the source's. */
  readonly targetId: string | null;
  readonly path: string;
  readonly remoteVersion: string | null;
  readonly attempts: number;
  readonly leaseToken: number;
  readonly profile: ProfileFacts;
  /** The target is gone: nobody says any more that the old entry should go. */
  readonly orphaned: boolean;
}

/** The copy is proved at its new place, or is to be nowhere, or nobody wants to know. A source is proved before it moves. */
const RIPE = `(t.id is null or t.state in ('synced', 'removed'))`;

/** Claims entries whose time has come, through profiles that may be called, for `leaseMs` on the database clock. */
export async function claimLeftEntries(db: Sql, limit: number, leaseMs: number): Promise<LeftEntry[]> {
  return db.query<LeftEntry>(
    `with due as (
       select l.id from left_entries l join vault_profiles p on p.id = l.profile_id left join targets t on t.id = l.target_id
       where l.next_attempt_at <= clock_timestamp() and p.enabled and p.credential_state <> 'refused'
         and ${RIPE} and (t.id is null or ${NOT_PAUSED})
       order by l.next_attempt_at limit $1 for update of l skip locked),
     claimed as (
       update left_entries l set lease_token = l.lease_token + 1, attempts = l.attempts + 1,
         next_attempt_at = clock_timestamp() + $2::int * interval '1 millisecond'
       from due where l.id = due.id returning l.*)
     select l.id, l.organization_id as "organizationId", l.secret_id as "secretId", s.type as "secretType",
       l.profile_id as "profileId", l.target_id as "targetId", l.path, l.remote_version as "remoteVersion", l.attempts,
       l.lease_token as "leaseToken", ${PROFILE_JSON} as profile, l.target_id is not null and t.id is null as orphaned
     from claimed l join secrets s on s.id = l.secret_id join vault_profiles p on p.id = l.profile_id
     join vaults w on w.id = p.vault_id left join targets t on t.id = l.target_id`,
    [limit, leaseMs],
  );
}

/** Right before the old entry goes: is the lease ours, the profile enabled and the copy still proved at its new place? */
export async function mayClear(db: Sql, entry: LeftEntry): Promise<boolean> {
  const rows = await db.query(
    `select 1 from left_entries l join vault_profiles p on p.id = l.profile_id join secrets s on s.id = l.secret_id
     left join targets t on t.id = l.target_id
     where l.id = $1::uuid and l.lease_token = $2 and l.next_attempt_at > clock_timestamp() and p.enabled
       and case when l.target_id is null then s.source_path <> l.path or s.source_profile_id <> l.profile_id
         else t.id is not null and ${RIPE} end`,
    [entry.id, entry.leaseToken],
  );
  return rows.length === 1;
}

/** Forgets an entry and gives its place back. False: somebody else holds it by now. */
export async function forgetLeftEntry(tx: Sql, entry: LeftEntry): Promise<boolean> {
  const rows = await tx.query(
    `with gone as (delete from left_entries where id = $1::uuid and lease_token = $2 returning profile_id, secret_id, path),
     claim as (delete from remote_entries r using gone g
       where r.profile_id = g.profile_id and r.secret_id = g.secret_id and r.path = g.path)
     select 1 from gone`,
    [entry.id, entry.leaseToken],
  );
  return rows.length === 1;
}

/** Tries again later. */
export async function deferLeftEntry(db: Sql, entry: LeftEntry, afterMs: number): Promise<void> {
  await db.query(
    `update left_entries set next_attempt_at = clock_timestamp() + $3::int * interval '1 millisecond'
     where id = $1::uuid and lease_token = $2`,
    [entry.id, entry.leaseToken, afterMs],
  );
}
