import type { Sql } from '../db.ts';

/**
 * How a database knows itself: of which cluster, on which timeline, under which number. A dump that was loaded elsewhere, a base
 * backup that was recovered to an earlier point and a promoted standby all get another one. A role that may not ask for the
 * cluster's numbers still sees the database's own.
 */
export async function databaseIdentity(db: Sql): Promise<string> {
  const [own] = await db.query<{ oid: string }>(
    'select oid::text as oid from pg_database where datname = current_database()',
  );
  try {
    const [cluster] = await db.query<{ text: string }>(
      `select s.system_identifier::text || '/' || c.timeline_id::text as text
       from pg_control_system() s, pg_control_checkpoint() c`,
    );
    return `${cluster?.text ?? '-'}/${own?.oid ?? '-'}`;
  } catch {
    return `-/${own?.oid ?? '-'}`;
  }
}

/** True when the database was another one before: from then on the installation is suspected of being restored. */
export async function noteIdentity(tx: Sql, identity: string): Promise<boolean> {
  const [row] = await tx.query<{ before: string | null }>(
    `with before as (select id, database_identity from installation where id = 1 for update)
     update installation i set database_identity = $1,
       restore_suspected_at = case when b.database_identity is null or b.database_identity = $1 then i.restore_suspected_at
         else clock_timestamp() end,
       restore_reason = case when b.database_identity is null or b.database_identity = $1 then i.restore_reason
         else 'database_changed' end
     from before b where i.id = b.id returning b.database_identity as before`,
    [identity],
  );
  return row !== undefined && row.before !== null && row.before !== identity;
}

/**
 * Every copy is looked at once, a hundred a second, and no permission to overwrite holds that may be older than it looks. The
 * generations jump, because vaults remember the operation ids that were made of forgotten ones.
 */
export async function lookAtEverything(tx: Sql): Promise<void> {
  await tx.query(
    `with held as (
       select id, (state <> 'removed' and code is distinct from 'secret_deleted'
         and (desired_version is not null or state in ('removing', 'parked'))) as look
       from targets order by id for no key update),
     spread as (select count(*) * interval '10 milliseconds' as time from held)
     update targets t set on_conflict = case when t.on_conflict = 'overwrite' then 'fail' else t.on_conflict end,
       generation = t.generation + 100000 + floor(random() * 100000)::int,
       next_attempt_at = case when h.look
         then least(t.next_attempt_at, clock_timestamp() + random() * s.time) else t.next_attempt_at end
     from held h, spread s where t.id = h.id`,
  );
}

/** Marks profiles with a copy that is ahead of all we know. Answers with those that were not marked before. */
export async function markAhead(tx: Sql, profileIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `with held as (select id from vault_profiles where id = any($1::uuid[]) and restore_suspected_at is null
       order by id for no key update)
     update vault_profiles p set restore_suspected_at = clock_timestamp() from held h where p.id = h.id returning p.id`,
    [profileIds],
  );
  return rows.map((row) => row.id);
}

/** How many copies at the profile still hold a version that we do not know. */
export async function countAhead(tx: Sql, profileId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from targets t join secrets s on s.id = t.secret_id
     where t.profile_id = $1::uuid and t.ahead_version > s.head_version and t.state <> 'removed'`,
    [profileId],
  );
  return row?.count ?? 0;
}

/** What was held back because nobody knew whether it should be there is due; at one profile, or everywhere. */
export async function releaseMissing(tx: Sql, profileId: string | null): Promise<string[]> {
  const rows = await tx.query<{ profileId: string }>(
    `with held as (select id from targets where code = 'missing_since_restore' and ($1::uuid is null or profile_id = $1::uuid)
       order by id for no key update)
     update targets t set state = 'pending', code = null, attempts = 0, next_attempt_at = clock_timestamp(),
       due_since = coalesce(t.due_since, clock_timestamp()), updated_at = clock_timestamp()
     from held h where t.id = h.id returning t.profile_id as "profileId"`,
    [profileId],
  );
  return [...new Set(rows.map((row) => row.profileId))];
}

export async function forgetSuspicion(tx: Sql): Promise<boolean> {
  const rows = await tx.query(
    `update installation set restore_suspected_at = null, restore_reason = null
     where id = 1 and restore_suspected_at is not null returning id`,
  );
  return rows.length > 0;
}

export async function unmarkProfile(tx: Sql, profileId: string): Promise<void> {
  await tx.query('update vault_profiles set restore_suspected_at = null where id = $1::uuid', [profileId]);
}
