import type { Sql } from '../db.ts';

/** A change of an import, as a decision on it names it. */
export interface ImportChange {
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

const OF_IMPORT = `from import_items t join change_requests c on c.id = t.change_id where t.import_id = $1::uuid`;

/**
 * One digest over all changes of an import, each with the revision and digest that a decision on it covers: voting leaves it as
 * it is, any edit makes it another. Null when the import has opened none.
 */
export async function digestOfChanges(db: Sql, importId: string): Promise<string | null> {
  const [row] = await db.query<{ digest: string | null }>(
    `select encode(sha256(convert_to(string_agg(c.id::text || ' ' || c.revision || ' ' || c.digest, E'\\n' order by c.id),
       'UTF8')), 'hex') as digest ${OF_IMPORT}`,
    [importId],
  );
  return row?.digest ?? null;
}

/** Changes that wait for a decision which this person has not given yet. */
export function undecidedChanges(db: Sql, importId: string, personId: string, limit: number): Promise<ImportChange[]> {
  return db.query<ImportChange>(
    `select c.id, c.revision, c.digest ${OF_IMPORT} and c.state = 'pending_approval' and not exists (
       select 1 from reviews r where r.change_id = c.id and r.revision = c.revision and r.person_id = $2::uuid)
     order by c.id limit $3`,
    [importId, personId, limit],
  );
}

export async function countUndecided(db: Sql, importId: string, personId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count ${OF_IMPORT} and c.state = 'pending_approval' and not exists (
       select 1 from reviews r where r.change_id = c.id and r.revision = c.revision and r.person_id = $2::uuid)`,
    [importId, personId],
  );
  return row?.count ?? 0;
}

/** Changes that can still be withdrawn, in order, behind `after`. */
export function withdrawableChanges(
  db: Sql,
  importId: string,
  after: string | null,
  limit: number,
): Promise<{ readonly id: string }[]> {
  return db.query(
    `select c.id ${OF_IMPORT} and c.state = 'pending_approval' and ($2::uuid is null or c.id > $2) order by c.id limit $3`,
    [importId, after, limit],
  );
}
