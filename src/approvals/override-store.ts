import { type Actor, actorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';

/** Marks a locked, waiting change as overridden by the actor and lets it run at once. */
export async function storeOverride(tx: Sql, change: Change, actor: Actor, reason: string): Promise<void> {
  await tx.query(
    `update change_requests set state = 'approved', code = null, unsatisfiable = null,
       next_attempt_at = clock_timestamp(), updated_at = clock_timestamp(), override_review = null,
       override = $2::jsonb || jsonb_build_object('at', ${NOW})
     where id = $1::uuid`,
    [change.id, JSON.stringify({ by: actorRef(actor), reason, revision: change.revision, digest: change.digest })],
  );
}

/** Keeps that somebody looked at the override of a locked change. */
export async function storeOverrideReview(tx: Sql, changeId: string, actor: Actor, comment: string): Promise<void> {
  await tx.query(
    `update change_requests set updated_at = clock_timestamp(),
       override_review = $2::jsonb || jsonb_build_object('at', ${NOW})
     where id = $1::uuid`,
    [changeId, JSON.stringify({ by: actorRef(actor), comment })],
  );
}

const NOW = `to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
