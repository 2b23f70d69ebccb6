import type { Sql } from '../../src/db.ts';
import { newId } from '../../src/ports.ts';

interface SecretOptions {
  readonly organizationId: string;
  readonly projectId: string;
  readonly profileId: string;
  readonly place: string;
  /** State of one target at the same profile; none when absent. */
  readonly targetState?: string;
}

/** A secret with the place it holds, straight in the tables: for tests of what lies below secrets. */
export async function addSecretRow(db: Sql, options: SecretOptions): Promise<{ id: string; path: string }> {
  const id = newId();
  const path = `acme/app/${id}`;
  await db.query(
    `insert into secrets (id, organization_id, project_id, name, type, state, source_profile_id, source_path, created_by,
       updated_by)
     values ($1::uuid, $2::uuid, $3::uuid, $4, 'generic', 'active', $5::uuid, $6, '{}', '{}')`,
    [id, options.organizationId, options.projectId, `s-${id}`, options.profileId, path],
  );
  await db.query(
    'insert into remote_entries (place, entry, path, secret_id, profile_id) values ($1, $2, $2, $3::uuid, $4::uuid)',
    [options.place, path, id, options.profileId],
  );
  if (options.targetState !== undefined) {
    await db.query(
      `insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version)
       values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6, 1)`,
      [newId(), options.organizationId, id, options.profileId, path, options.targetState],
    );
  }
  return { id, path };
}
