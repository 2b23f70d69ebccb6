import type { Sql } from '../db.ts';
import type { LeasedImport } from './import.ts';
import type { SecretPlaceName } from './propose-name.ts';

/** Which of these entries of a place somebody holds, in any organization. */
export async function heldEntries(db: Sql, place: string, entries: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ entry: string }>(
    'select entry from remote_entries where place = $1 and entry = any($2::text[])',
    [place, entries],
  );
  return new Set(rows.map((row) => row.entry));
}

/** Is there a live secret of this name, or has another item of the import got it? */
export async function isNameTaken(
  db: Sql,
  { id, projectId }: Pick<LeasedImport, 'id' | 'projectId'>,
  { path, name }: SecretPlaceName,
): Promise<boolean> {
  const [row] = await db.query<{ taken: boolean }>(
    `select exists (select 1 from secrets where project_id = $2::uuid and path = $3 and name = $4 and customer_id is null
         and state not in ('rejected', 'failed', 'destroyed'))
       or exists (select 1 from import_items where import_id = $1::uuid and path = $3 and name = $4) as taken`,
    [id, projectId, path, name],
  );
  return row?.taken === true;
}

/** Why no call may begin through a profile now. Asked right before one. */
export async function obstacleAt(
  db: Sql,
  profileId: string,
): Promise<'profile_disabled' | 'unauthenticated' | undefined> {
  const [row] = await db.query<{ enabled: boolean; refused: boolean }>(
    `select enabled, credential_state = 'refused' as refused from vault_profiles where id = $1::uuid`,
    [profileId],
  );
  if (row?.enabled !== true) return 'profile_disabled';
  return row.refused ? 'unauthenticated' : undefined;
}

/** Does the id, which somebody wrote on an entry, name a secret of this organization? */
export async function isSecretOf(db: Sql, organizationId: string, id: string): Promise<boolean> {
  const rows = await db.query('select id from secrets where organization_id = $1::uuid and id::text = $2', [
    organizationId,
    id,
  ]);
  return rows.length === 1;
}
