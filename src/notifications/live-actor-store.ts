import { type Actor, actorRef } from '../access/actor.ts';
import { actorForStored } from '../access/actor-store.ts';
import type { Sql } from '../db.ts';

/** The actor with the rights held now; undefined when its token or session no longer opens anything or it is disabled. */
export async function liveActor(db: Sql, actor: Actor): Promise<Actor | undefined> {
  const live = await db.query(
    `select id from tokens where id = $1::uuid and revoked_at is null and (expires_at is null or expires_at > now())`,
    [actor.tokenId],
  );
  if (live.length === 0 || !(await sessionLives(db, actor))) return undefined;
  return actorForStored(db, actor.organizationId, actorRef(actor));
}

/** An open stream is no use of a session, so it does not keep one from ending. */
async function sessionLives(db: Sql, { sessionId }: Actor): Promise<boolean> {
  if (sessionId === undefined) return true;
  const live = await db.query(
    `select id from sessions where id = $1::uuid and ended_at is null and expires_at > now()`,
    [sessionId],
  );
  return live.length === 1;
}
