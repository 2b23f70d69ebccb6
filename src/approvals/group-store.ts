import type { Sql } from '../db.ts';

/*
 * Changes that were asked for in one call. Until every one of them is granted none takes effect; one that ends before ends them
 * all. Once the first has begun, each goes its own way to its end.
 */

/** Has one of the group begun, so that what becomes of the others no longer matters? */
const BEGUN = `exists (select 1 from change_requests b where b.group_id = c.group_id and (b.attempts > 0 or b.state = 'applied'))`;

/** Must this change wait for others of its group? */
export async function waitsForGroup(
  tx: Sql,
  change: { readonly id: string; readonly groupId: string | null },
): Promise<boolean> {
  if (change.groupId === null) return false;
  const [row] = await tx.query<{ waits: boolean }>(
    `select not ${BEGUN} and exists (select 1 from change_requests o
       where o.group_id = c.group_id and o.state <> 'approved') as waits
     from change_requests c where c.id = $1::uuid`,
    [change.id],
  );
  return row?.waits ?? false;
}

/** Lets the others of a group that may begin be looked at now. Those that somebody holds are being looked at. */
export async function wakeGroup(
  tx: Sql,
  change: { readonly id: string; readonly groupId: string | null },
): Promise<void> {
  if (change.groupId === null) return;
  await tx.query(
    `update change_requests set next_attempt_at = clock_timestamp() where id in (
       select id from change_requests where group_id = $1::uuid and id <> $2::uuid and state = 'approved'
         and next_attempt_at > clock_timestamp() order by id for update skip locked)`,
    [change.groupId, change.id],
  );
}

/** Changes that can no longer take effect, because one of their group ended before any had begun. */
export async function strandedChanges(db: Sql, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select c.id from change_requests c where c.group_id is not null and c.state in ('pending_approval', 'approved')
       and ${STRANDED} limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** The same of one that is locked. */
export async function isStranded(tx: Sql, id: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from change_requests c where c.id = $1::uuid and c.group_id is not null
       and c.state in ('pending_approval', 'approved') and ${STRANDED}`,
    [id],
  );
  return rows.length > 0;
}

const STRANDED = `c.attempts = 0 and not ${BEGUN} and exists (select 1 from change_requests o where o.group_id = c.group_id
  and o.state in ('rejected', 'cancelled', 'expired', 'conflict', 'failed'))`;
