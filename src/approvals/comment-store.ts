import { type Actor, type ActorRef, actorRef } from '../access/actor.ts';
import type { Cursor } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';

/** What somebody said about a change. */
export interface Comment {
  readonly id: string;
  readonly revision: number;
  readonly actor: ActorRef;
  readonly text: string;
  readonly createdAt: Date;
}

const COLUMNS = 'id, revision, actor, text, created_at as "createdAt"';

export async function insertComment(tx: Sql, id: string, change: Change, actor: Actor, text: string): Promise<Comment> {
  const [row] = await tx.query<Comment>(
    `insert into change_comments (id, organization_id, change_id, revision, person_id, actor, text, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) returning ${COLUMNS}`,
    [id, change.organizationId, change.id, change.revision, actor.personId, JSON.stringify(actorRef(actor)), text],
  );
  if (row === undefined) throw new Error('the comment was not stored');
  return row;
}

/** Oldest first. */
export async function listComments(
  db: Sql,
  changeId: string,
  after: Cursor | undefined,
  limit: number,
): Promise<Comment[]> {
  return db.query<Comment>(
    `select ${COLUMNS} from change_comments where change_id = $1::uuid and ($2::uuid is null or id > $2)
     order by id limit $3`,
    [changeId, after?.id ?? null, limit],
  );
}

/** Everybody who has said something about a change. */
export async function listCommenters(db: Sql, changeId: string): Promise<string[]> {
  const rows = await db.query<{ personId: string }>(
    'select distinct person_id as "personId" from change_comments where change_id = $1::uuid',
    [changeId],
  );
  return rows.map((row) => row.personId);
}
