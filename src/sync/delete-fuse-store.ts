import { systemActor } from '../access/actor.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { deletesLeft, FUSE_WINDOW_MINUTES, type FuseFacts, fuseVerdict } from './delete-fuse.ts';

/** A removal that is about to begin. */
export interface Removal {
  readonly id: string;
  readonly generation: number;
  readonly organizationId: string;
  readonly profileId: string;
}

/** SQL that gives {@link FuseFacts} as JSON from `vault_profiles p`. Copies are counted only where a share is asked for. */
const FACTS = `jsonb_build_object('maxDeletes', p.max_deletes, 'maxDeletePercent', p.max_delete_percent,
  'tripped', p.fuse_tripped_at is not null, 'released', p.fuse_released,
  'deleted', d.deleted, 'held', case when p.fuse_tripped_at is null then 0 else
    (select count(*) from targets h where h.profile_id = p.id and h.state = 'removing' and h.code = 'delete_fuse') end,
  'of', case when p.max_delete_percent is null and p.fuse_tripped_at is null then 0 else d.gone +
    (select count(*) from targets o where o.profile_id = p.id and o.owned) end)`;
/** What was let through within the window, and how much of it is gone already. */
const DELETED = `cross join lateral (select count(*)::int as deleted,
    count(*) filter (where not exists (select 1 from targets t where t.id = q.target_id and t.owned))::int as gone
  from delete_permits q where q.profile_id = p.id
    and q.at > clock_timestamp() - ${FUSE_WINDOW_MINUTES} * interval '1 minute') d`;

/**
 * Asks for a removal right before it begins, in a transaction of its own. False: the profile's fuse holds it. A removal that
 * was let through once stays so, however often it is tried. `nothing`: no entry is there to remove, which is asked for only when
 * the removal was held before.
 */
export async function permitRemoval(
  db: Db,
  keyring: Keyring,
  removal: Removal,
  what: 'entry' | 'nothing' = 'entry',
): Promise<boolean> {
  const { id, generation, organizationId, profileId } = removal;
  return db.transaction(async (tx) => {
    await tx.query('select id from vault_profiles where id = $1::uuid for no key update', [profileId]);
    const [row] = await tx.query<{ facts: FuseFacts; known: boolean; held: boolean }>(
      `select ${FACTS} as facts, exists (select 1 from delete_permits k where k.target_id = $2::uuid
         and k.generation = $3) as known,
         exists (select 1 from targets h where h.id = $2::uuid and h.state = 'removing' and h.code = 'delete_fuse') as held
       from vault_profiles p ${DELETED} where p.id = $1::uuid`,
      [profileId, id, generation],
    );
    if (row === undefined || row.known) return row !== undefined;
    if (what === 'nothing' && !row.held) return true;
    const verdict = fuseVerdict(row.facts);
    if (verdict === 'hold') return false;
    if (verdict === 'trip') {
      const [trip] = await tx.query<{ wanted: number; of: number }>(TRIP, [profileId, id]);
      const details = { wanted: trip?.wanted ?? 1, of: trip?.of ?? 1, deleted: row.facts.deleted };
      await appendAudit(tx, keyring, systemActor(organizationId, 'sync'), [
        { action: 'vault_profile.fuse_tripped', objectType: 'vault_profile', objectId: profileId, details },
      ]);
      return false;
    }
    await tx.query(verdict === 'pass' ? PASS : PASS_RELEASED, [profileId, id, generation]);
    return true;
  });
}

const PERMIT = `insert into delete_permits (target_id, generation, profile_id, at) values ($2::uuid, $3::int, $1::uuid, clock_timestamp())`;

const PASS = `with permit as (${PERMIT})
  update vault_profiles set fuse_tripped_at = null, fuse_released = 0 where id = $1::uuid and fuse_tripped_at is not null`;

/** The last one that was held takes what is left of the release with it. */
const PASS_RELEASED = `with permit as (${PERMIT}),
  others as (select count(*) as held from targets h where h.profile_id = $1::uuid and h.state = 'removing'
    and h.code = 'delete_fuse' and h.id <> $2::uuid)
  update vault_profiles set
    fuse_released = case when others.held = 0 then 0 else fuse_released - 1 end,
    fuse_tripped_at = case when others.held = 0 then null else fuse_tripped_at end
  from others where id = $1::uuid`;

/** The target that trips it is marked here, so that nothing passes before its run is recorded. */
const TRIP = `with marked as (update targets set code = 'delete_fuse' where id = $2::uuid and state = 'removing')
  update vault_profiles p set fuse_tripped_at = clock_timestamp(), fuse_released = 0,
    fuse_of = (select count(*) from targets o where o.profile_id = $1::uuid and o.owned)
  where p.id = $1::uuid
  returning fuse_of as of, (select count(*)::int from targets w where w.profile_id = $1::uuid and w.state = 'removing') as wanted`;

/** How many removals each of these profiles would let begin now. */
export async function findDeletesLeft(db: Sql, profileIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ id: string; facts: FuseFacts }>(
    `select p.id, ${FACTS} as facts from vault_profiles p ${DELETED} where p.id = any($1::uuid[])`,
    [profileIds],
  );
  return new Map(rows.map(({ id, facts }) => [id, deletesLeft(facts)]));
}

/** Forgets removals that count no more and that nobody tries any longer. */
export async function forgetPermits(db: Sql): Promise<void> {
  await db.query(
    `delete from delete_permits q where q.at < clock_timestamp() - interval '1 day' and not exists (
       select 1 from targets t where t.id = q.target_id and t.generation = q.generation and t.state = 'removing')`,
  );
}

/**
 * Makes `count` held removals of a profile due and lets that many pass. Answers with how many were held: when it is fewer the
 * caller rolls back; undefined when the organization has no such profile.
 */
export async function releaseRemovals(
  tx: Sql,
  organizationId: string,
  profileId: string,
  count: number,
): Promise<number | undefined> {
  const [profile] = await tx.query<{ released: number }>(
    `select fuse_released as released from vault_profiles where organization_id = $1::uuid and id = $2::uuid
     for no key update`,
    [organizationId, profileId],
  );
  if (profile === undefined) return undefined;
  const held = await tx.query<{ id: string; waiting: boolean }>(
    `select id, next_attempt_at is null as waiting from targets
     where profile_id = $1::uuid and state = 'removing' and code = 'delete_fuse' order by id for no key update`,
    [profileId],
  );
  const waiting = held.filter((target) => target.waiting).slice(0, count);
  await tx.query(
    `update targets set next_attempt_at = clock_timestamp(), due_since = clock_timestamp() where id = any($1::uuid[])`,
    [waiting.map((target) => target.id)],
  );
  await tx.query('update vault_profiles set fuse_released = fuse_released + $2::int where id = $1::uuid', [
    profileId,
    count,
  ]);
  return held.length - profile.released;
}
