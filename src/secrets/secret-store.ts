import type { AttachedPolicy } from '../approvals/approval-policy.ts';
import type { Sql } from '../db.ts';
import type { VaultUse } from '../vaults/payload-fit.ts';
import type { Secret, SecretVersion } from './secret.ts';

export const SECRET_COLUMNS = `s.id, s.organization_id as "organizationId", s.project_id as "projectId", s.customer_id as "customerId", s.system_owner as "systemOwner", s.path, s.name, s.type,
  s.description, s.tags, s.attributes, s.state, s.pending_change_id as "pendingChangeId", s.enabled, s.protected,
  s.write_only as "writeOnly", s.expires_at as "expiresAt", s.on_expiry as "onExpiry",
  coalesce(s.expires_at <= clock_timestamp(), false) as expired,
  s.source_profile_id as "sourceProfileId", s.source_path as "sourcePath", s.head_version as "headVersion",
  s.latest_enabled as "latestEnabled", s.revision, s.deleted_at as "deletedAt", s.destroy_after as "destroyAfter",
  s.created_by as "createdBy", s.updated_by as "updatedBy", s.created_at as "createdAt", s.updated_at as "updatedAt"`;

/** Of the secret of `secret_versions v`: is it, or its project, write-only? */
export const WRITE_ONLY_BY_NOW = `(select ws.write_only or wj.write_only from secrets ws
  join projects wj on wj.id = ws.project_id where ws.id = v.secret_id)`;

export const VERSION_COLUMNS = `v.secret_id as "secretId", v.version, v.state, v.description, v.fingerprint,
  v.field_names as "fieldNames", v.facts, v.size, v.profile_id as "profileId", v.vault_version as "vaultVersion",
  v.change_id as "changeId", v.left_behind as "leftBehind", v.created_by as "createdBy", v.created_at as "createdAt",
  (v.write_only or ${WRITE_ONLY_BY_NOW}) as "writeOnly", v.expires_at as "expiresAt", v.on_expiry as "onExpiry",
  coalesce(v.expires_at <= clock_timestamp(), false) as expired, v.single_access as "singleAccess",
  v.accessed_at is not null as accessed`;

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
  /** People must say why they read a value of the project. */
  readonly reasonRequired: boolean;
  /** Every profile that holds it or is to hold it: the source's and those of its targets. */
  readonly uses: readonly VaultUse[];
}

interface ContextRow extends Secret {
  profile: ProfileFacts;
  policies: AttachedPolicy[];
  head: (Omit<SecretVersion, 'createdAt' | 'expiresAt'> & { createdAt: string; expiresAt: string | null }) | null;
  organizationSlug: string;
  projectSlug: string;
  reasonRequired: boolean;
  targetUses: VaultUse[];
  nextVersion: number;
  sourceMarked: boolean;
}

/** How a secret is named in a request: by its id, or by project, folder and name. */
export type SecretRef =
  | { readonly id: string }
  | {
      readonly project: string;
      readonly path: string;
      readonly name: string;
      /** Id or slug of the customer whose secret it is; without it, it is a shared one. */
      readonly customer?: string | undefined;
      /** The shared secret of this name, when the customer has none. */
      readonly fallback?: boolean | undefined;
    };

/** The secret of this organization with its context, or undefined. By name, only a live one is found. */
export async function findSecretContext(
  db: Sql,
  organizationId: string,
  ref: SecretRef,
): Promise<SecretContext | undefined> {
  const byId = 'id' in ref;
  const [row] = await db.query<ContextRow>(
    `select ${SECRET_COLUMNS}, ${PROFILE_JSON} as profile, o.slug as "organizationSlug", j.slug as "projectSlug",
       j.reveal_reason = 'required' as "reasonRequired",
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
    byId ? [organizationId, ref.id] : [organizationId, ...namedParams(ref)],
  );
  if (row === undefined) return undefined;
  const { profile, policies, head, targetUses, nextVersion, sourceMarked, ...others } = row;
  const { organizationSlug, projectSlug, reasonRequired, ...secret } = others;
  return {
    secret,
    profile,
    head:
      head === null ? null : { ...head, createdAt: new Date(head.createdAt), expiresAt: dateOrNull(head.expiresAt) },
    policies,
    sourceMarked,
    nextVersion,
    organizationSlug,
    projectSlug,
    reasonRequired,
    uses: [profile, ...targetUses],
  };
}

/** A time out of JSON. */
function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text);
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
  return {
    ...(json as Secret),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    deletedAt: dateOrNull(row.deletedAt),
    destroyAfter: dateOrNull(row.destroyAfter),
    expiresAt: dateOrNull(row.expiresAt),
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
        [organizationId, ...namedParams(ref)],
      ));
  return row;
}

/** By project, folder and name only a live secret is found: one that can be read first, that of the customer before the shared one. */
const NAMED = `(j.slug = $2 or j.id::text = $2) and s.path = $3 and s.name = $4
  and s.state not in ('rejected', 'failed', 'destroyed')
  and case when $5::text is null then s.customer_id is null
    when s.customer_id is null then $6::boolean and exists (select 1 from customers k
      where k.project_id = j.id and (k.slug = $5 or k.id::text = $5))
    else s.customer_id = (select k.id from customers k where k.project_id = j.id and (k.slug = $5 or k.id::text = $5)) end
  order by s.state <> 'active', s.customer_id nulls last limit 1`;

function namedParams(ref: Exclude<SecretRef, { readonly id: string }>): unknown[] {
  return [ref.project, ref.path, ref.name, ref.customer ?? null, ref.fallback ?? false];
}

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
