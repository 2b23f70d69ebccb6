import type { Sql } from '../db.ts';

export interface NoticeCursor {
  /** Number of the last audit event that was turned into deliveries. */
  readonly seq: number;
  /** On the database clock. */
  readonly now: Date;
}

/** The organization's cursor, locked; undefined while somebody else holds it. A new one begins before the first event. */
export async function cursorOf(tx: Sql, organizationId: string): Promise<NoticeCursor | undefined> {
  await tx.query(
    `insert into notice_cursors (organization_id, seq) select id, 0 from organizations where id = $1::uuid
     on conflict do nothing`,
    [organizationId],
  );
  const [cursor] = await tx.query<NoticeCursor>(
    `select seq::float8 as seq, clock_timestamp() as now from notice_cursors where organization_id = $1::uuid
     for update skip locked`,
    [organizationId],
  );
  return cursor;
}

export async function moveCursor(tx: Sql, organizationId: string, seq: number): Promise<void> {
  await tx.query('update notice_cursors set seq = greatest(seq, $2::bigint) where organization_id = $1::uuid', [
    organizationId,
    seq,
  ]);
}

/** Organizations whose trail has gone on, or that replay something, and that have anybody to tell. */
export async function organizationsWithNews(db: Sql, mails: boolean): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select h.organization_id as id from audit_heads h
     left join notice_cursors c on c.organization_id = h.organization_id
     where (h.seq > coalesce(c.seq, 0)
         and ($1::boolean or exists (select 1 from webhooks w where w.organization_id = h.organization_id and w.enabled)))
       or exists (select 1 from webhooks w where w.organization_id = h.organization_id and w.enabled
         and w.replay_after is not null)
     limit 500`,
    [mails],
  );
  return rows.map((row) => row.id);
}
