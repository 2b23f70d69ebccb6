import type pg from 'pg';
import type { VaultAdapter } from '../../adapters/adapter.ts';
import { type SecretFields, SecretValue } from '../../adapters/secret-value.ts';
import { fingerprint } from '../../src/crypto/fingerprint.ts';
import type { Keyring } from '../../src/crypto/keyring.ts';
import { newId } from '../../src/ports.ts';
import { canonicalBytes } from '../../src/secrets/payload/canonical-bytes.ts';
import { unhurried } from './direct-vault.ts';
import { eachOf } from './each-of.ts';

/** Where rows go. */
export interface SeedPlace {
  readonly organizationId: string;
  readonly projectId: string;
  readonly profileId: string;
}

const BY = JSON.stringify({ type: 'system', id: 'bench', name: 'bench', personId: 'bench' });

/** Secrets by SQL, as reads and lists see them. Names are `secret-0000001` and so on. */
export async function seedSecrets(sql: pg.Pool, place: SeedPlace, count: number): Promise<void> {
  await sql.query(
    `insert into secrets (id, organization_id, project_id, name, type, description, tags, state, source_profile_id,
       source_path, head_version, latest_enabled, created_by, updated_by)
     select uuidv7(), $1, $2, 'secret-' || lpad(i::text, 7, '0'), 'generic', 'a secret of the bench', '{bench}', 'active',
       $3, 'bench/secret-' || i, 1, 1, $4, $4
     from generate_series(1, $5::int) i`,
    [place.organizationId, place.projectId, place.profileId, BY, count],
  );
  await sql.query('analyze secrets');
}

export async function secretIds(sql: pg.Pool, place: SeedPlace, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'select id from secrets where organization_id = $1 order by random() limit $2',
    [place.organizationId, limit],
  );
  return rows.map((row) => row.id);
}

/** A value of 64 bytes that no other has. */
export function benchFields(): SecretFields {
  return new Map([['value', SecretValue.fromText(`${newId()}${'x'.repeat(28)}`)]]);
}

/** Secrets with their content at the source and one target each that has never been synced, due when the caller says so. */
export async function seedDueTargets(
  sql: pg.Pool,
  keyring: Keyring,
  place: SeedPlace,
  source: VaultAdapter,
  targetProfileId: string,
  count: number,
): Promise<void> {
  const { organizationId, projectId, profileId } = place;
  const secrets = Array.from({ length: count }, (_, index) => {
    const id = newId();
    const fields = benchFields();
    const secret = { id, organizationId, type: 'generic' };
    return { id, name: `due-${index}`, fields, fingerprint: fingerprint(keyring, secret, canonicalBytes(fields)) };
  });
  await eachOf(secrets, 64, ({ id, name, fields }) =>
    source.write(`drain/${name}`, fields, { operationId: id, ifVersion: 'absent', ...unhurried() }),
  );
  const columns = [
    secrets.map(({ id }) => id),
    secrets.map(({ name }) => name),
    secrets.map((each) => each.fingerprint),
  ];
  await sql.query(
    `with s as (select * from unnest($5::uuid[], $6::text[], $7::text[]) as s (id, name, fingerprint)),
     secrets_added as (
       insert into secrets (id, organization_id, project_id, name, type, tags, state, source_profile_id, source_path,
         head_version, latest_enabled, created_by, updated_by)
       select s.id, $1, $2, s.name, 'generic', '{}', 'active', $3, 'drain/' || s.name, 1, 1, $8, $8 from s),
     changes_added as (
       insert into change_requests (id, organization_id, project_id, secret_id, operation, state, base_version, profile_id,
         profile_revision, plan, digest, policies, requester, requester_person_id, result_version, ended_at, subject_type, subject_id)
       select s.id, $1, $2, s.id, 'create', 'applied', 0, $3, 1, '{}', '', '[]', $8, $1, 1, now(), 'secret', s.id from s),
     versions_added as (
       insert into secret_versions (secret_id, version, organization_id, state, fingerprint, field_names, facts, size,
         profile_id, vault_version, change_id, created_by)
       select s.id, 1, $1, 'enabled', s.fingerprint, '{value}', '{}', 69, $3, '1', s.id, $8 from s)
     insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version,
       next_attempt_at, due_since)
     select s.id, $1, s.id, $4, 'drain/' || s.name, 'pending', 1, now(), now() from s`,
    [organizationId, projectId, profileId, targetProfileId, ...columns, BY],
  );
  await sql.query('analyze secrets, change_requests, secret_versions, targets');
}
