import { type Actor, actorRef } from '../access/actor.ts';
import { actorForStored } from '../access/actor-store.ts';
import type { Sql } from '../db.ts';

/** The actor with the rights held now; undefined when its token no longer opens anything or it is disabled. */
export async function liveActor(db: Sql, actor: Actor): Promise<Actor | undefined> {
  const live = await db.query(
    `select id from tokens where id = $1::uuid and revoked_at is null and (expires_at is null or expires_at > now())`,
    [actor.tokenId],
  );
  return live.length === 0 ? undefined : actorForStored(db, actor.organizationId, actorRef(actor));
}
