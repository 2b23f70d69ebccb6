import type { Sql } from '../db.ts';
import { LIVE_SESSION, SESSION_HOURS } from './session-life.ts';

export interface SessionRow {
  readonly id: string;
  readonly personId: string;
  readonly tokenId: string | null;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

const COLUMNS = `x.id, x.person_id as "personId", x.token_id as "tokenId", x.created_at as "createdAt",
  x.seen_at as "seenAt", x.expires_at as "expiresAt"`;

interface NewSession {
  readonly id: string;
  readonly organizationId: string;
  readonly personId: string;
  readonly tokenId: string | null;
  readonly hash: Uint8Array;
}

/** It lasts no longer than its token. */
export async function insertSession(db: Sql, session: NewSession): Promise<SessionRow> {
  const { id, organizationId, personId, tokenId, hash } = session;
  const [row] = await db.query<SessionRow>(
    `insert into sessions as x (id, organization_id, person_id, token_id, hash, expires_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, least(now() + interval '${SESSION_HOURS} hours',
       (select expires_at from tokens where id = $4::uuid)))
     returning ${COLUMNS}`,
    [id, organizationId, personId, tokenId, hash],
  );
  if (row === undefined) throw new Error('a session was not stored');
  return row;
}

interface SessionSlice {
  /** Null: of everybody. */
  readonly personId: string | null;
  readonly afterId: string | null;
  readonly take: number;
}

/** Those that still let somebody in, in the order in which they began. */
export function listSessions(db: Sql, organizationId: string, slice: SessionSlice): Promise<SessionRow[]> {
  return db.query<SessionRow>(
    `select ${COLUMNS} from sessions x left join tokens t on t.id = x.token_id
     where x.organization_id = $1::uuid and ($2::uuid is null or x.person_id = $2::uuid)
       and ($3::uuid is null or x.id > $3::uuid) and ${LIVE_SESSION}
     order by x.id limit $4`,
    [organizationId, slice.personId, slice.afterId, slice.take],
  );
}

export async function findSession(db: Sql, organizationId: string, id: string): Promise<SessionRow | undefined> {
  const [row] = await db.query<SessionRow>(
    `select ${COLUMNS} from sessions x where x.organization_id = $1::uuid and x.id = $2::uuid`,
    [organizationId, id],
  );
  return row;
}

/** True when it had not ended before. */
export async function endSession(db: Sql, organizationId: string, id: string): Promise<boolean> {
  const ended = await db.query(
    `update sessions set ended_at = now()
     where organization_id = $1::uuid and id = $2::uuid and ended_at is null returning id`,
    [organizationId, id],
  );
  return ended.length === 1;
}

/** Removes what has been over for a day, by the database clock; the audit trail keeps who was there. */
export async function forgetSessions(db: Sql): Promise<void> {
  await db.query(`delete from sessions where expires_at < now() - interval '1 day'`);
}
