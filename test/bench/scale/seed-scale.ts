import type { Sql } from '../../../src/db.ts';

/** How much of everything; targets are `targets` for each secret, spread over the profiles. */
export interface ScaleSize {
  readonly secrets: number;
  readonly targets: number;
  readonly projects: number;
  readonly profiles: number;
}

/** Ids that queries ask for. */
export interface ScaleIds {
  readonly organizationId: string;
  readonly projectId: string;
  readonly profileId: string;
}

const BY = `'{"type":"person","id":"00000000-0000-7000-8000-000000000001","name":"scale","personId":"00000000-0000-7000-8000-000000000001"}'::jsonb`;
/** When a certificate ends, as facts write it: over two years. */
const ISO = `to_char(now() at time zone 'utc' + (i % 700) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** An id that is computed, so that rows can name each other without being looked up. */
const id = (kind: string, number: string) =>
  `('00000000-0000-7${kind}-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/**
 * Rows of an installation that has been at work for a while, in the organization that is there: nearly everything is in step; of
 * a thousand targets ten are due, three failed and wait, one is in conflict, one is drifted, and the drift scan is to look at two
 * now; of a thousand secrets two wait for approval, one is deleted, ten hold a certificate that ends within 30 days, and two
 * live no longer than that. Of each secret three audit events tell, of 200 people, and of one who did little. Deterministic, by SQL alone.
 */
export async function seedScale(db: Sql, size: ScaleSize): Promise<ScaleIds> {
  const [row] = await db.query<{ id: string }>('select id from organizations order by created_at limit 1');
  const organizationId = row?.id ?? '';
  await places(db, organizationId, size);
  await secrets(db, organizationId, size);
  await targets(db, organizationId, size);
  await events(db, organizationId, size);
  await db.query(
    'vacuum (analyze) targets, secrets, secret_versions, change_requests, remote_entries, audit_events, projects, vault_profiles, vaults',
  );
  return { organizationId, projectId: idOf('001', 1), profileId: idOf('003', 1) };
}

function idOf(kind: string, number: number): string {
  return `00000000-0000-7${kind}-8000-${number.toString(16).padStart(12, '0')}`;
}

async function places(db: Sql, organizationId: string, { projects, profiles }: ScaleSize): Promise<void> {
  await db.query(
    `insert into projects (id, organization_id, slug, name)
     select ${id('001', 'i')}, $1::uuid, 'project-' || i, 'Project ' || i from generate_series(1, $2::int) i`,
    [organizationId, projects],
  );
  await db.query(
    `insert into vaults (id, organization_id, name, kind, settings)
     select ${id('002', 'i')}, $1::uuid, 'vault-' || i, 'builtin', '{}' from generate_series(1, $2::int) i`,
    [organizationId, profiles],
  );
  await db.query(
    `insert into vault_profiles (id, organization_id, vault_id, name, naming, place)
     select ${id('003', 'i')}, $1::uuid, ${id('002', 'i')}, 'profile-' || i, '{project}/{path}/{name}', 'scale:' || i
     from generate_series(1, $2::int) i`,
    [organizationId, profiles],
  );
}

async function secrets(db: Sql, organizationId: string, size: ScaleSize): Promise<void> {
  const params = [organizationId, size.secrets, size.projects, size.profiles];
  await db.query(
    `insert into secrets (id, organization_id, project_id, path, name, type, tags, state, pending_change_id,
       source_profile_id, source_path, head_version, latest_enabled, deleted_at, destroy_after, created_by, updated_by,
       created_at, updated_at, expires_at)
     select ${id('004', 'i')}, $1::uuid, ${id('001', '1 + i % $3::int')}, 'team-' || i % 40, 'secret-' || lpad(i::text, 7, '0'),
       'generic', array['tag-' || i % 50], case when i % 1000 = 7 then 'deleted' else 'active' end,
       case when i % 500 = 3 then ${id('006', 'i')} end,
       ${id('003', '1 + i % $4::int')}, 'source/' || i, 1, 1,
       case when i % 1000 = 7 then now() end, case when i % 1000 = 7 then now() + interval '20 days' end, ${BY}, ${BY},
       now() - i * interval '1 second', now() - (i * 7919 % 100000) * interval '1 second',
       case when i % 100 = 11 then now() + (i % 700) * interval '1 day' end
     from generate_series(1, $2::int) i`,
    params,
  );
  const change = (kind: string, operation: string, state: string, ended: string, where: string) => `
    insert into change_requests (id, organization_id, project_id, subject_type, subject_id, secret_id, operation, state, base_version, profile_id,
      profile_revision, plan, digest, policies, requester, requester_person_id, result_version, expires_at, created_at, ended_at)
    select ${id(kind, 'i')}, $1::uuid, ${id('001', '1 + i % $3::int')}, 'secret', ${id('004', 'i')}, ${id('004', 'i')}, '${operation}', '${state}', 0,
      ${id('003', '1 + i % $4::int')}, 1, '{}', 'digest', '[]', ${BY}, '00000000-0000-7000-8000-000000000001', 1,
      now() + interval '2 days', now() - i * interval '1 second', ${ended}
    from generate_series(1, $2::int) i where ${where}`;
  await db.query(change('005', 'create', 'applied', 'now()', 'true'), params);
  await db.query(change('006', 'update', 'pending_approval', 'null', 'i % 500 = 3'), params);
  await db.query(
    `insert into secret_versions (secret_id, version, organization_id, state, fingerprint, field_names, facts, size,
       profile_id, vault_version, change_id, created_by, expires_at)
     select ${id('004', 'i')}, 1, $1::uuid, 'enabled', 'k1:' || md5(i::text), '{value}',
       case when i % 10 = 3 then jsonb_build_object('expiresAt', ${ISO}) else '{}' end, 69,
       ${id('003', '1 + i % $4::int')}, '1', ${id('005', 'i')}, ${BY},
       case when i % 100 = 17 then now() + (i % 700) * interval '1 day' end
     from generate_series(1, $2::int) i where $3::int > 0`,
    params,
  );
}

/** Target `j` of secret `i` is at a profile that no other of its targets has. */
async function targets(db: Sql, organizationId: string, size: ScaleSize): Promise<void> {
  const number = `((i - 1) * $3::int + j)`;
  const profile = id('003', '1 + (i + j * 7) % $4::int');
  const params = [organizationId, size.secrets, size.targets, size.profiles];
  const series = 'from generate_series(1, $2::int) i, generate_series(1, $3::int) j';
  await db.query(
    `insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version, observed_version,
       remote_version, owned, code, attempts, next_attempt_at, due_since, synced_at, written_version, written_at, next_scan_at)
     select ${id('007', 'n')}, $1::uuid, ${id('004', 'i')}, ${profile}, 'copy/' || i,
       case when n % 1000 < 10 then 'pending' when n % 1000 < 13 then 'failed' when n % 1000 = 13 then 'conflict'
         when n % 1000 = 14 then 'drifted' else 'synced' end,
       1, case when n % 1000 < 14 then null else 1 end, '1', true,
       case when n % 1000 between 10 and 12 then 'unavailable' when n % 1000 = 13 then 'foreign_entry' end, 0,
       case when n % 1000 < 10 then now() - interval '1 minute' when n % 1000 < 13 then now() + interval '1 hour' end,
       case when n % 1000 < 13 then now() - interval '2 minutes' end, now(), 1, now() - interval '1 hour',
       case when n % 1000 >= 14 then now() + (n % 997 - 2) * interval '3.6 seconds' end
     from (select i, j, ${number} as n ${series}) each`,
    params,
  );
  await db.query(
    `insert into remote_entries (place, entry, path, secret_id, profile_id)
     select 'scale:' || 1 + (i + j * 7) % $4::int, 'copy/' || i, 'copy/' || i, ${id('004', 'i')}, ${profile} ${series}
     where $1::uuid is not null`,
    params,
  );
}

/** Of each secret three events. The chain of their MACs is none: nobody verifies it. */
async function events(db: Sql, organizationId: string, size: ScaleSize): Promise<void> {
  const person = id('000', 'case when n % 20000 = 5 then 999 else 1 + n % 200 end');
  await db.query(
    `insert into audit_events (organization_id, seq, id, at, actor, action, object_type, object_id, details, request_id, key_id,
       previous_mac, mac)
     select $1::uuid, first + n, ${id('008', 'n')}, now() - ($2::int - n) * interval '1 second',
       jsonb_build_object('type', 'person', 'id', ${person}, 'name', 'scale', 'personId', ${person}),
       (array['secret.read', 'change.applied', 'secret.created'])[1 + n % 3], 'secret', ${id('004', '1 + n / 3')}::text,
       '{"version":1,"purpose":"content"}', 'request-' || n / 3, 'k1', sha256(n::text::bytea), sha256(n::text::bytea)
     from generate_series(1, $2::int) n,
       (select coalesce(max(seq), 0) as first from audit_events where organization_id = $1::uuid) had`,
    [organizationId, size.secrets * 3],
  );
}
