import type { Reach } from '../access/permissions.ts';
import { withinReach } from '../access/reach-sql.ts';
import type { Sql } from '../db.ts';

/** A secret in use whose content ends by itself. */
export interface ExpiringSecret {
  readonly secretId: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly version: number;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

/**
 * Secrets whose newest enabled version holds a token or certificate that has ended or ends within so many days; those that
 * end first come first.
 *
 * @param within what the actor may see
 */
export function listExpiring(
  db: Sql,
  organizationId: string,
  within: 'all' | Reach,
  days: number,
  limit: number,
): Promise<ExpiringSecret[]> {
  const params: unknown[] = [organizationId, days, limit];
  const visible = withinReach('s', within, (value) => `$${params.push(value)}`);
  return db.query<ExpiringSecret>(
    `select s.id as "secretId", s.project_id as "projectId", s.path, s.name, s.type, v.version,
       v.facts->>'expiresAt' as "expiresAt"
     from secrets s join secret_versions v on v.secret_id = s.id and v.version = s.latest_enabled
     where ${['s.organization_id = $1::uuid', ...visible].join(' and ')} and s.state = 'active'
       and s.enabled and v.facts ? 'expiresAt' and v.facts->>'expiresAt' < to_char(
         clock_timestamp() at time zone 'utc' + $2::int * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     order by v.facts->>'expiresAt', s.id limit $3`,
    params,
  );
}
