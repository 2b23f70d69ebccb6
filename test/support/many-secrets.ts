import { must } from './answers.ts';
import type { ApiClient } from './api-client.ts';

/** Where they are put: straight in this database, and through this administrator. */
export interface Crowd {
  readonly admin: ApiClient;
  readonly db: { query(text: string, params: unknown[]): Promise<unknown> };
  readonly organizationId: string;
  readonly projectId: string;
}

/**
 * So many secrets with two copies each, straight in the tables, at profiles that are disabled: no worker ever looks at them.
 * Named `bulk-00001` and so on.
 */
export async function addManySecrets({ admin, db, organizationId, projectId }: Crowd, count: number): Promise<void> {
  const vault = must(await admin('POST', '/v1/vaults', { name: 'bulk', kind: 'builtin' }), 201);
  const profiles: string[] = [];
  for (const name of ['bulk-source', 'bulk-east', 'bulk-west']) {
    // A naming of its own: the places of the three lie apart.
    const naming = `${name}/{project}/{path}/{name}`;
    const body = { name, vaultId: vault.id, naming };
    const profile = must(await admin('POST', '/v1/vault-profiles', body), 201);
    must(await admin('POST', `/v1/vault-profiles/${profile.id}/disable`), 200);
    profiles.push(String(profile.id));
  }
  const [source, ...copies] = profiles;
  await db.query(
    `insert into secrets (id, organization_id, project_id, name, type, tags, state, source_profile_id, source_path,
       head_version, latest_enabled, created_by, updated_by)
     select gen_random_uuid(), $1::uuid, $2::uuid, 'bulk-' || lpad(n::text, 5, '0'), 'generic', '{}', 'active', $3::uuid,
       'bulk/' || n, 1, 1, '{}', '{}' from generate_series(1, $4::int) n`,
    [organizationId, projectId, source, count],
  );
  for (const profile of copies) {
    await db.query(
      `insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version,
         observed_version, owned, synced_at)
       select gen_random_uuid(), $1::uuid, s.id, $2::uuid, s.source_path, 'synced', 1, 1, true, clock_timestamp()
       from secrets s where s.source_profile_id = $3::uuid`,
      [organizationId, profile, source],
    );
  }
}
