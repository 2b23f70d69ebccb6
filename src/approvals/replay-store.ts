import type { Sql } from '../db.ts';
import type { PastChange } from './replay.ts';

export interface ReplayRange {
  /** Projects whose changes may be seen. */
  readonly within: 'all' | readonly string[];
  readonly since: string | undefined;
  readonly limit: number;
  /** Only changes that this profile was asked about, or would be as it is attached now. */
  readonly profileId?: string;
}

/** Past changes, newest first. Drafts asked nobody and are left out. */
export function listPastChanges(db: Sql, organizationId: string, range: ReplayRange): Promise<PastChange[]> {
  return db.query<PastChange>(
    `select c.id, c.operation, c.subject_type as "subjectType", c.subject_id as "subjectId",
       c.project_id as "projectId", c.state, c.requester, c.created_at as "createdAt",
       c.condition_facts as "conditionFacts", jsonb_array_length(c.policies) > 0 as waited,
       coalesce((select json_agg(json_build_object('personId', r.person_id, 'decision', r.decision)) from reviews r
         where r.change_id = c.id and r.revision = c.revision), '[]') as votes,
       array(select distinct e.person_id from change_editors e where e.change_id = c.id) as editors
     from change_requests c
     where c.organization_id = $1::uuid and c.state <> 'draft' and ($2::uuid[] is null or c.project_id = any($2))
       and ($3::timestamptz is null or c.created_at >= $3)
       and ($5::uuid is null or c.policies @> jsonb_build_array(jsonb_build_object('profileId', $5::text))
         or exists (select from vault_profiles p where p.id = c.profile_id and p.approval_profile_id = $5)
         or exists (select from organizations o where o.id = c.organization_id and o.approval_profile_id = $5))
     order by c.id desc limit $4::int`,
    [
      organizationId,
      range.within === 'all' ? null : range.within,
      range.since ?? null,
      range.limit,
      range.profileId ?? null,
    ],
  );
}
