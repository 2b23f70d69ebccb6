import type { AttachedPolicy } from '../approvals/approval-policy.ts';
import type { Sql } from '../db.ts';
import type { VaultUse } from '../vaults/payload-fit.ts';
import type { Secret, SecretVersion } from './secret.ts';

export const SECRET_COLUMNS = `s.id, s.organization_id as "organizationId", s.project_id as "projectId", s.path, s.name, s.type,
  s.description, s.tags, s.attributes, s.state, s.pending_change_id as "pendingChangeId", s.enabled, s.protected,
  s.source_profile_id as "sourceProfileId", s.source_path as "sourcePath", s.head_version as "headVersion",
  s.latest_enabled as "latestEnabled", s.revision, s.deleted_at as "deletedAt", s.destroy_after as "destroyAfter",
  s.created_by as "createdBy", s.updated_by as "updatedBy", s.created_at as "createdAt", s.updated_at as "updatedAt"`;

export const VERSION_COLUMNS = `v.secret_id as "secretId", v.version, v.state, v.description, v.fingerprint,
  v.field_names as "fieldNames", v.facts, v.size, v.profile_id as "profileId", v.vault_version as "vaultVersion",
  v.change_id as "changeId", v.created_by as "createdBy", v.created_at as "createdAt"`;

/** The profile through which a secret reaches its vault, as far as secrets need to know it. */
export interface ProfileFacts {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly revision: number;
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly naming: string;
  readonly vaultId: string;
  readonly vaultRevision: number;
  readonly vaultKind: string;
  readonly place: string;
}

/** SQL that gives a {@link ProfileFacts} as JSON from `vault_profiles p` joined with `vaults w`. */
export const PROFILE_JSON = `jsonb_build_object('id', p.id, 'name', p.name, 'enabled', p.enabled, 'revision', p.revision,
  'concurrency', p.concurrency, 'ratePerSecond', p.rate_per_second, 'attributes', p.attributes, 'naming', p.naming, 'vaultId', w.id, 'vaultRevision', w.revision, 'vaultKind', w.kind,
  'place', p.place)`;

/** A secret with all that deciding about a change of it takes, read in one statement. */
export interface SecretContext {
  readonly secret: Secret;
  readonly profile: ProfileFacts;
  readonly head: SecretVersion | null;
  /** Policies of the organization, of the source profile and of those that get copies, as they are now, each once. */
  readonly policies: readonly AttachedPolicy[];
  /** Our marker belongs on the entry at the source. */
  readonly sourceMarked: boolean;
  /** The number that the next version gets, above every one that is known to be at some vault. */
  readonly nextVersion: number;
  readonly organizationSlug: string;
  readonly projectSlug: string;
  /** Every profile that holds it or is to hold it: the source's and those of its targets. */
  readonly uses: readonly VaultUse[];
}

interface ContextRow extends Secret {
  profile: ProfileFacts;
  policies: AttachedPolicy[];
  head: (Omit<SecretVersion, 'createdAt'> & { createdAt: string }) | null;
  organizationSlug: string;
  projectSlug: string;
  targetUses: VaultUse[];
  nextVersion: number;
  sourceMarked: boolean;
}

/** How a secret is named in a request: by its id, or by project, folder and name. */
export type SecretRef =
  | { readonly id: string }
  | { readonly project: string; readonly path: string; readonly name: string };

/** The secret of this organization with its context, or undefined. By name, only a live one is found. */
export async function findSecretContext(
  db: Sql,
  organizationId: string,
  ref: SecretRef,
): Promise<SecretContext | undefined> {
  const byId = 'id' in ref;
  const [row] = await db.query<ContextRow>(
    `select ${SECRET_COLUMNS}, ${PROFILE_JSON} as profile, o.slug as "organizationSlug", j.slug as "projectSlug",
       array(select distinct jsonb_build_object('vaultKind', tw.kind, 'attributes', tp.attributes)
         from targets t join vault_profiles tp on tp.id = t.profile_id
         join vaults tw on tw.id = tp.vault_id where t.secret_id = s.id and t.state <> 'removed') as "targetUses",
       (select coalesce(jsonb_agg(
           av.policy || jsonb_build_object('profileId', a.id, 'profileVersion', a.version, 'name', a.name) order by a.id), '[]')
         from approval_profiles a join approval_profile_versions av on av.profile_id = a.id and av.version = a.version
         where a.id in (o.approval_profile_id, p.approval_profile_id) or a.id in (
           select tp.approval_profile_id from targets t join vault_profiles tp on tp.id = t.profile_id
           where t.secret_id = s.id and t.state <> 'removed')) as policies,
       1 + greatest(s.head_version, (select max(t.ahead_version) from targets t where t.secret_id = s.id)) as "nextVersion",
       s.marked as "sourceMarked",
       case when v.version is null then null else (select to_jsonb(h) from (select ${VERSION_COLUMNS}) h) end as head
     from secrets s
     join projects j on j.id = s.project_id
     join organizations o on o.id = s.organization_id
     join vault_profiles p on p.id = s.source_profile_id
     join vaults w on w.id = p.vault_id
     left join secret_versions v on v.secret_id = s.id and v.version = s.head_version
     where s.organization_id = $1::uuid and ${byId ? 's.id = $2::uuid' : NAMED}`,
    byId ? [organizationId, ref.id] : [organizationId, ref.project, ref.path, ref.name],
  );
  if (row === undefined) return undefined;
  const { profile, policies, head, organizationSlug, projectSlug, targetUses, nextVersion, sourceMarked, ...secret } =
    row;
  return {
    secret,
    profile,
    head: head === null ? null : { ...head, createdAt: new Date(head.createdAt) },
    policies,
    sourceMarked,
    nextVersion,
    organizationSlug,
    projectSlug,
    uses: [profile, ...targetUses],
  };
}

const SECRET_ALONG = `select to_jsonb(found) from (select ${SECRET_COLUMNS} from secrets s
  where s.id = $2::uuid and s.organization_id = a."organizationId") found`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** {@link findSecret} by id, read along with the token: finds JSON for {@link secretOfJson}. */
export function secretAlong(id: unknown): { sql: string; param: string } | undefined {
  return typeof id === 'string' && UUID.test(id) ? { sql: SECRET_ALONG, param: id } : undefined;
}

export function secretOfJson(json: unknown): Secret | undefined {
  if (json === null) return undefined;
  const row = json as Record<keyof Secret, string>;
  const date = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...(json as Secret),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    deletedAt: date(row.deletedAt),
    destroyAfter: date(row.destroyAfter),
  };
}

/** The secret alone, for those who only look at it. */
export async function findSecret(db: Sql, organizationId: string, ref: SecretRef): Promise<Secret | undefined> {
  const [row] = await ('id' in ref
    ? db.query<Secret>(
        `select ${SECRET_COLUMNS} from secrets s where s.id = $2::uuid and s.organization_id = $1::uuid`,
        [organizationId, ref.id],
      )
    : db.query<Secret>(
        `select ${SECRET_COLUMNS} from secrets s join projects j on j.id = s.project_id
         where s.organization_id = $1::uuid and ${NAMED}`,
        [organizationId, ref.project, ref.path, ref.name],
      ));
  return row;
}

/** By project, folder and name only a live secret is found. */
const NAMED = `(j.slug = $2 or j.id::text = $2) and s.path = $3 and s.name = $4
  and s.state not in ('rejected', 'failed', 'destroyed')`;

/** One version of a secret that was found in the actor's organization before. */
export async function findVersion(db: Sql, secretId: string, version: number): Promise<SecretVersion | undefined> {
  const [row] = await db.query<SecretVersion>(
    `select ${VERSION_COLUMNS} from secret_versions v where v.secret_id = $1::uuid and v.version = $2`,
    [secretId, version],
  );
  return row;
}

/** Versions newest first, below `before`. */
export async function listVersions(
  db: Sql,
  secretId: string,
  before: number | undefined,
  limit: number,
): Promise<SecretVersion[]> {
  return db.query<SecretVersion>(
    `select ${VERSION_COLUMNS} from secret_versions v
     where v.secret_id = $1::uuid and ($2::int is null or v.version < $2) order by v.version desc limit $3`,
    [secretId, before ?? null, limit],
  );
}

/** A profile of this organization, for a secret that is to use it. */
export async function findProfileFacts(
  db: Sql,
  organizationId: string,
  profileId: string,
): Promise<ProfileFacts | undefined> {
  const [row] = await db.query<{ profile: ProfileFacts }>(
    `select ${PROFILE_JSON} as profile from vault_profiles p join vaults w on w.id = p.vault_id
     where p.organization_id = $1::uuid and p.id = $2::uuid`,
    [organizationId, profileId],
  );
  return row?.profile;
}
