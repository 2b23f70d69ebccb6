import type { Sql } from '../db.ts';

/** A copy that is to be at another name, whose place there is claimed already. */
export interface CopyMove {
  readonly targetId: string;
  /** Id of what is remembered of the old entry. */
  readonly leftId: string;
  readonly to: string;
}

/**
 * Lets copies go to their new names: they are due there, and where something of ours is or may be at the old name, that stays
 * claimed and is remembered until `sync/left-entries.ts` has removed it, which it does only once the copy is proved at the new one.
 */
export async function turnCopies(tx: Sql, moves: readonly CopyMove[]): Promise<void> {
  if (moves.length === 0) return;
  const moving = JSON.stringify(moves);
  await tx.query(REMEMBER, [moving]);
  await tx.query(LET_GO, [moving]);
  await tx.query(TURN, [moving]);
}

const MOVED = `jsonb_array_elements($1::jsonb) m join targets t on t.id = (m->>'targetId')::uuid`;

/** Something of ours is at the old name, or a request that is under way may still make it: then nobody looks before that is over. */
const MAY_BE_THERE = `(t.owned or t.claimed or t.lease_until is not null or coalesce(t.settle_until > clock_timestamp(), false))`;

const REMEMBER = `insert into left_entries (id, organization_id, secret_id, profile_id, target_id, path, remote_version,
    next_attempt_at)
  select (m->>'leftId')::uuid, t.organization_id, t.secret_id, t.profile_id, t.id, t.remote_path, t.remote_version,
    greatest(clock_timestamp(), t.lease_until, t.settle_until)
  from ${MOVED} where ${MAY_BE_THERE}`;

/** Where nothing of ours ever was, nothing is left behind. */
const LET_GO = `delete from remote_entries r using ${MOVED}
  where not ${MAY_BE_THERE} and r.profile_id = t.profile_id and r.secret_id = t.secret_id and r.path = t.remote_path`;

const TURN = `update targets t set remote_path = m->>'to', owned = false, claimed = false, observed_version = null,
    remote_version = null, generation = generation + 1, lease_token = lease_token + 1, lease_until = null, state = 'pending',
    code = null, attempts = 0, updated_at = clock_timestamp(),
    next_attempt_at = case when desired_version is null then null else clock_timestamp() end,
    due_since = case when desired_version is null then null else clock_timestamp() end
  from jsonb_array_elements($1::jsonb) m where t.id = (m->>'targetId')::uuid`;
