import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { actorBySession, actorByToken, type Origin, type ReadAlong } from './actor-store.ts';
import { hashToken, isSessionText, tokenOfHeader } from './token.ts';

/** What a request shows of itself. A header counts alone: whoever sends one means it. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** The text of a browser's session, from its cookie. */
  readonly session?: string | undefined;
}

/** Who sends this? Throws `unauthenticated`. */
export type Authenticate = (credentials: Credentials, origin: Origin, along?: ReadAlong) => Promise<Actor>;

/**
 * Tokens and sessions are looked up for every request, so that a revocation counts from the next one on. Missing, malformed,
 * unknown, expired, revoked and disabled get the same answer.
 */
export function createAuthenticate(db: Sql): Authenticate {
  return async (credentials, origin, along) => {
    const actor = await actorOf(db, credentials, origin, along);
    if (actor === undefined) throw new AppError('unauthenticated', 'Send a valid token: Authorization: Bearer kf_…');
    return actor;
  };
}

async function actorOf(db: Sql, { authorization, session }: Credentials, origin: Origin, along?: ReadAlong) {
  if (authorization === undefined && session !== undefined) {
    return isSessionText(session) ? actorBySession(db, hashToken(session), origin, along) : undefined;
  }
  const token = tokenOfHeader(authorization);
  return token === undefined ? undefined : actorByToken(db, hashToken(token), origin, along);
}
