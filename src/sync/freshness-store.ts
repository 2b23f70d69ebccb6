import type { Sql } from '../db.ts';

/** SQL: when the copy at profile `p` that is out of step longest fell behind. Reads one entry of the index "targets_profile_lag". */
const OLDEST = `(select t.due_since from targets t where t.profile_id = p.id and t.due_since is not null
  order by t.due_since limit 1)`;

/** A profile that has just missed its objective, or meets it again. */
export interface FreshnessTurn {
  readonly profileId: string;
  readonly organizationId: string;
  readonly stale: boolean;
  readonly objectiveSeconds: number | null;
}

/** Notes which profiles miss their objective by now and which no longer do; answers with those that changed. */
export async function turnFreshness(tx: Sql): Promise<FreshnessTurn[]> {
  return tx.query<FreshnessTurn>(
    `with seen as (
       select p.id, coalesce(${OLDEST} < clock_timestamp() - p.freshness_seconds * interval '1 second', false) as stale
       from vault_profiles p where p.freshness_seconds is not null or p.stale_since is not null),
     turned as (
       select p.id, s.stale from vault_profiles p join seen s on s.id = p.id where (p.stale_since is not null) <> s.stale
       order by p.id for no key update of p skip locked)
     update vault_profiles p set stale_since = case when t.stale then clock_timestamp() end from turned t where p.id = t.id
     returning p.id as "profileId", p.organization_id as "organizationId", t.stale, p.freshness_seconds as "objectiveSeconds"`,
  );
}

export interface FreshnessRow {
  readonly objectiveSeconds: number | null;
  readonly lagSeconds: number;
  readonly staleSince: Date | null;
}

/** Undefined: no such profile in the organization. */
export async function findFreshness(
  db: Sql,
  organizationId: string,
  profileId: string,
): Promise<FreshnessRow | undefined> {
  const [row] = await db.query<FreshnessRow>(
    `select p.freshness_seconds as "objectiveSeconds", p.stale_since as "staleSince",
       coalesce(extract(epoch from clock_timestamp() - ${OLDEST}), 0)::float8 as "lagSeconds"
     from vault_profiles p where p.organization_id = $1::uuid and p.id = $2::uuid`,
    [organizationId, profileId],
  );
  return row;
}

/** How many profiles miss their objective now. */
export async function countStale(db: Sql): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from vault_profiles where stale_since is not null',
  );
  return row?.count ?? 0;
}
