import type { Reach } from '../access/permissions.ts';
import { withinReach } from '../access/reach-sql.ts';
import type { Sql } from '../db.ts';

/** A secret in use that ends by itself, or whose content does. */
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
 * Secrets in use that end within so many days, or have ended: by what their newest enabled version holds (a token or a
 * certificate), or by the lifetime of that version or of the secret, whichever is over first. Those that end first come first.
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
  // The limit keeps PostgreSQL from reading all secrets: few end soon, and how few it cannot tell from what facts say.
  const inUse = `select s.id, s.project_id, s.path, s.name, s.type from secrets s
    where ${['s.id = e.secret_id', 's.latest_enabled = e.version', 's.organization_id = $1::uuid', ...visible].join(' and ')}
      and s.state = 'active' and s.enabled`;
  return db.query<ExpiringSecret>(
    `with ends as (
       select v.secret_id, v.version, v.facts->>'expiresAt' as ends from secret_versions v
         where v.facts ? 'expiresAt' and v.facts->>'expiresAt' < ${iso(BOUND)}
       union all select v.secret_id, v.version, ${iso('v.expires_at')} from secret_versions v
         where v.expires_at < ${BOUND} and v.state <> 'destroyed'
       union all select s.id, s.latest_enabled, ${iso('s.expires_at')} from secrets s
         where s.expires_at < ${BOUND} and s.state = 'active')
     select s.id as "secretId", s.project_id as "projectId", s.path, s.name, s.type, e.version,
       min(e.ends) as "expiresAt"
     from ends e cross join lateral (${inUse} limit 1) s
     group by s.id, s.project_id, s.path, s.name, s.type, e.version order by min(e.ends), s.id limit $3`,
    params,
  );
}

/** Not `clock_timestamp()`: of that PostgreSQL knows nothing beforehand, and would rather read all secrets. */
const BOUND = `(now() + $2::int * interval '1 day')`;

/** As the facts write moments, so that they compare as text. */
function iso(moment: string): string {
  return `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
