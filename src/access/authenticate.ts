import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { actorByToken, type Origin, type ReadAlong } from './actor-store.ts';
import { hashToken, tokenOfHeader } from './token.ts';

/** Who sends this `Authorization` header? Throws `unauthenticated`. */
export type Authenticate = (authorization: string | undefined, origin: Origin, along?: ReadAlong) => Promise<Actor>;

/**
 * Tokens are looked up for every request, so that a revocation counts from the next one on. Missing, malformed, unknown,
 * expired, revoked and disabled get the same answer.
 */
export function createAuthenticate(db: Sql): Authenticate {
  return async (authorization, origin, along) => {
    const token = tokenOfHeader(authorization);
    const actor = token === undefined ? undefined : await actorByToken(db, hashToken(token), origin, along);
    if (actor === undefined) throw new AppError('unauthenticated', 'Send a valid token: Authorization: Bearer kf_…');
    return actor;
  };
}
