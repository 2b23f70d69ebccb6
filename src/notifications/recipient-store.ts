import type { Sql } from '../db.ts';

/** Where a person's mail goes now; undefined for whoever is gone or disabled. */
export async function findRecipient(
  db: Sql,
  organizationId: string,
  personId: string,
): Promise<{ readonly name: string; readonly address: string } | undefined> {
  const [row] = await db.query<{ name: string; address: string }>(
    `select name, email as address from people
     where organization_id = $1::uuid and id = $2::uuid and not disabled`,
    [organizationId, personId],
  );
  return row;
}
