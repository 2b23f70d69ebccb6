import type { Page } from '../api/lists.ts';
import type { EditTransaction } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { type AccessDeps, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import type { Origin } from './actor-store.ts';
import { createAuthenticate } from './authenticate.ts';
import { authorize, can } from './permissions.ts';
import { pageById, sliceById } from './prisma-db.ts';
import type { SessionView } from './session-schemas.ts';
import { endSession, findSession, insertSession, listSessions, type SessionRow } from './session-store.ts';
import { newSessionText } from './token.ts';

interface SessionFilter {
  readonly userId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A session that has just begun. */
export interface BegunSession {
  readonly view: SessionView;
  /** What the browser shows from now on; nobody else ever sees it. */
  readonly text: string;
}

/** Sessions of browsers. Everybody has its own in hand; those of others need `access.administer`. */
export interface SessionService {
  /**
   * Exchanges a person's token. Throws `unauthenticated` for whatever is none, `forbidden` for a machine's: machines send
   * their token.
   */
  begin(token: string, origin: Origin): Promise<BegunSession>;
  /** Signs out: ends the session that the request came with. Throws `not_found` when it came without one. */
  end(actor: Actor, tx: EditTransaction): Promise<void>;
  /** Those that still let somebody in: all for an administrator, else the actor's own. */
  list(actor: Actor, filter: SessionFilter): Promise<Page<SessionView>>;
  /** Counts from the next request on. Revoking twice changes nothing. */
  revoke(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

export function createSessionService(deps: AccessDeps): SessionService {
  const authenticate = createAuthenticate(deps.db);
  const close = async (actor: Actor, tx: EditTransaction, { id, personId }: SessionRow) => {
    if (!(await endSession(tx, actor.organizationId, id))) return;
    await record(tx, deps, actor, {
      action: 'session.ended',
      objectType: 'session',
      objectId: id,
      details: { userId: personId },
    });
  };
  return {
    async begin(token, origin) {
      const actor = await authenticate({ authorization: `Bearer ${token}` }, origin);
      if (actor.type !== 'person')
        throw new AppError('forbidden', 'Sessions are for people; a machine sends its token.');
      const { organizationId, personId, tokenId } = actor;
      const { text, hash } = newSessionText();
      return deps.db.transaction(async (tx) => {
        const row = await insertSession(tx, { id: newId(), organizationId, personId, tokenId, hash });
        await record(tx, deps, actor, {
          action: 'session.begun',
          objectType: 'session',
          objectId: row.id,
          details: { tokenId: tokenId ?? undefined, expiresAt: row.expiresAt.toISOString() },
        });
        return { text, view: viewOf(row, row.id) };
      });
    },
    async end(actor, tx) {
      const row = actor.sessionId && (await findSession(tx, actor.organizationId, actor.sessionId));
      if (!row) throw notFound('session');
      await close(actor, tx, row);
    },
    async list(actor, { userId, cursor, limit }) {
      if (userId !== undefined && userId !== actor.personId) authorize(actor, 'access.administer');
      const everybody = can(actor, 'access.administer');
      const personId = userId ?? (everybody ? null : actor.personId);
      const afterId = sliceById(cursor, limit).where.id?.gt ?? null;
      const rows = await listSessions(deps.db, actor.organizationId, { personId, afterId, take: limit + 1 });
      return pageById(rows, limit, (row) => viewOf(row, actor.sessionId));
    },
    async revoke(actor, tx, id) {
      const row = await findSession(tx, actor.organizationId, id);
      if (row === undefined) throw notFound('session');
      if (actor.type !== 'person' || row.personId !== actor.id) authorize(actor, 'access.administer');
      await close(actor, tx, row);
    },
  };
}

function viewOf(row: SessionRow, currentId: string | undefined): SessionView {
  const { id, personId, tokenId, createdAt, seenAt, expiresAt } = row;
  return {
    id,
    userId: personId,
    tokenId,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    current: id === currentId,
  };
}
