import type { Sql } from '../db.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import type { Unsatisfiable } from './satisfiable-policy.ts';

/** An approval profile with its current policy. */
export interface ApprovalProfile {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly policy: ApprovalPolicy;
  /** What nobody who is there can meet, since it was noticed. */
  readonly unsatisfiable: Unsatisfiable | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `a.id, a.name, a.version, v.policy, a.unsatisfiable, a.created_at as "createdAt",
  a.updated_at as "updatedAt"`;
const WITH_POLICY = `approval_profiles a
  join approval_profile_versions v on v.profile_id = a.id and v.version = a.version`;

/** In order of creation, after the profile `after`. */
export function listApprovalProfiles(
  db: Sql,
  organizationId: string,
  after: string | undefined,
  take: number,
): Promise<ApprovalProfile[]> {
  return db.query<ApprovalProfile>(
    `select ${COLUMNS} from ${WITH_POLICY}
     where a.organization_id = $1::uuid and ($2::uuid is null or a.id > $2::uuid) order by a.id limit $3::int`,
    [organizationId, after ?? null, take],
  );
}

export async function findApprovalProfile(
  db: Sql,
  organizationId: string,
  id: string,
): Promise<ApprovalProfile | undefined> {
  const [profile] = await db.query<ApprovalProfile>(
    `select ${COLUMNS} from ${WITH_POLICY} where a.organization_id = $1::uuid and a.id = $2::uuid`,
    [organizationId, id],
  );
  return profile;
}

/** Is it there? Then it stays until the transaction ends, for whoever is about to name it. */
export async function keepApprovalProfile(tx: Sql, organizationId: string, id: string): Promise<boolean> {
  const kept = await tx.query(
    'select id from approval_profiles where organization_id = $1::uuid and id = $2::uuid for key share',
    [organizationId, id],
  );
  return kept.length === 1;
}

/** Locks it until the transaction ends: it cannot be attached or changed meanwhile. */
export async function lockApprovalProfile(
  tx: Sql,
  organizationId: string,
  id: string,
): Promise<ApprovalProfile | undefined> {
  await tx.query('select id from approval_profiles where organization_id = $1::uuid and id = $2::uuid for update', [
    organizationId,
    id,
  ]);
  return findApprovalProfile(tx, organizationId, id);
}

/** False, having written nothing, when the name is taken. */
export async function insertApprovalProfile(
  tx: Sql,
  profile: { readonly id: string; readonly organizationId: string; readonly name: string },
): Promise<boolean> {
  const inserted = await tx.query(
    `insert into approval_profiles (id, organization_id, name) values ($1::uuid, $2::uuid, $3)
     on conflict (organization_id, name) do nothing returning id`,
    [profile.id, profile.organizationId, profile.name],
  );
  return inserted.length === 1;
}

/** False, having written nothing, when another profile has the name. Names are taken one after the other. */
export async function renameApprovalProfile(
  tx: Sql,
  organizationId: string,
  id: string,
  name: string,
): Promise<boolean> {
  await tx.query('select id from organizations where id = $1::uuid for no key update', [organizationId]);
  const renamed = await tx.query(
    `update approval_profiles a set name = $3, updated_at = clock_timestamp()
     where a.organization_id = $1::uuid and a.id = $2::uuid and not exists (select from approval_profiles other
       where other.organization_id = $1::uuid and other.name = $3 and other.id <> a.id) returning id`,
    [organizationId, id, name],
  );
  return renamed.length === 1;
}

/** Adds the policy as `version` and makes it the current one. Versions are never changed afterwards. */
export async function addPolicyVersion(
  tx: Sql,
  profileId: string,
  version: number,
  policy: ApprovalPolicy,
  createdBy: string,
): Promise<void> {
  await tx.query(
    `insert into approval_profile_versions (profile_id, version, policy, created_by)
     values ($1::uuid, $2::int, $3::jsonb, $4::uuid)`,
    [profileId, version, JSON.stringify(policy), createdBy],
  );
  await tx.query(
    `update approval_profiles set version = $2::int, updated_at = clock_timestamp(), looked_at = 'epoch'
     where id = $1::uuid`,
    [profileId, version],
  );
}

/** Names of the vault profiles that ask for it. */
export async function vaultProfilesAsking(tx: Sql, approvalProfileId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    'select name from vault_profiles where approval_profile_id = $1::uuid order by name',
    [approvalProfileId],
  );
  return rows.map((row) => row.name);
}

/** Does the organization ask for it everywhere? */
export async function organizationAsks(tx: Sql, approvalProfileId: string): Promise<boolean> {
  const rows = await tx.query('select 1 from organizations where approval_profile_id = $1::uuid', [approvalProfileId]);
  return rows.length > 0;
}

export async function deleteApprovalProfile(tx: Sql, id: string): Promise<void> {
  await tx.query('delete from approval_profile_versions where profile_id = $1::uuid', [id]);
  await tx.query('delete from approval_profiles where id = $1::uuid', [id]);
}
