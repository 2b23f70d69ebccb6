import type { Sql } from '../db.ts';
import { PROFILE_JSON, type ProfileFacts } from '../secrets/secret-store.ts';
import { LEDGER_COLUMNS, LEDGER_FROM } from './ledger-store.ts';
import { PAUSE_CODE } from './pause-store.ts';
import type { LedgerTarget } from './target-plan.ts';

/** A target with everything planning it takes. */
export interface PlanRow extends LedgerTarget {
  readonly organizationId: string;
  readonly secretId: string;
  readonly secretName: string;
  readonly secretType: string;
  readonly profile: ProfileFacts & { readonly credentialState: string };
  /** Why the wanted version cannot be had from its source; null when it can. */
  readonly sourceCode: string | null;
  /** Who paused it: the code of what is paused; null when nothing is. */
  readonly pauseCode: string | null;
}

/** Which targets: those of a secret, of a profile or of a project, in projects that may be seen. */
export interface PlanScope {
  readonly secretId?: string;
  readonly profileId?: string;
  readonly projectId?: string;
  readonly within: 'all' | readonly string[];
}

/** Targets in the order of their ids behind `after`. */
export async function listPlanRows(
  db: Sql,
  organizationId: string,
  scope: PlanScope,
  after: string | undefined,
  limit: number,
): Promise<PlanRow[]> {
  return db.query<PlanRow>(
    `select ${LEDGER_COLUMNS}, t.organization_id as "organizationId", t.secret_id as "secretId",
       s.name as "secretName", s.type as "secretType",
       ${PROFILE_JSON} || jsonb_build_object('credentialState', p.credential_state) as profile,
       case when not sp.enabled then 'source_profile_disabled'
         when v.profile_id <> s.source_profile_id then 'version_content_unavailable' end as "sourceCode",
       ${PAUSE_CODE} as "pauseCode"
     from ${LEDGER_FROM}
     join vault_profiles p on p.id = t.profile_id join vaults w on w.id = p.vault_id
     join vault_profiles sp on sp.id = s.source_profile_id
     where t.organization_id = $1::uuid and t.state <> 'removed'
       and ($2::uuid is null or t.secret_id = $2) and ($3::uuid is null or t.profile_id = $3)
       and ($4::uuid is null or s.project_id = $4) and ($5::uuid[] is null or s.project_id = any($5))
       and ($6::uuid is null or t.id > $6)
     order by t.id limit $7`,
    [
      organizationId,
      scope.secretId ?? null,
      scope.profileId ?? null,
      scope.projectId ?? null,
      scope.within === 'all' ? null : scope.within,
      after ?? null,
      limit,
    ],
  );
}

/** The project of a secret, a project by id or slug, a profile: the id of what the organization has; undefined otherwise. */
export async function findPlanned(
  db: Sql,
  organizationId: string,
  what: 'secret' | 'project' | 'profile',
  name: string,
): Promise<{ readonly id: string; readonly projectId: string | null } | undefined> {
  const [row] = await db.query<{ id: string; projectId: string | null }>(FIND[what], [organizationId, name]);
  return row;
}

const FIND = {
  secret: `select id, project_id as "projectId" from secrets where organization_id = $1::uuid and id = $2::uuid`,
  project: `select id, id as "projectId" from projects where organization_id = $1::uuid and (id::text = $2 or slug = $2)`,
  profile: `select id, null as "projectId" from vault_profiles where organization_id = $1::uuid and id = $2::uuid`,
} as const;

/** Versions of a secret that have one of these fingerprints. */
export async function versionsWith(db: Sql, secretId: string, fingerprints: readonly string[]): Promise<number[]> {
  const rows = await db.query<{ version: number }>(
    'select version from secret_versions where secret_id = $1::uuid and fingerprint = any($2::text[]) order by version',
    [secretId, fingerprints],
  );
  return rows.map((row) => row.version);
}
