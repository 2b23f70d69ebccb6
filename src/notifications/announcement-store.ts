import type { AuditAction } from '../audit/audit-event.ts';
import type { Db, Sql } from '../db.ts';

/** Something that nobody did and that people want to know before it is too late. */
export interface Announcement {
  readonly action: AuditAction;
  readonly organizationId: string;
  readonly objectType: 'change_request' | 'secret' | 'token' | 'vault_profile';
  readonly objectId: string;
  readonly details: Readonly<Record<string, string | number>>;
}

const MOST = 100;

/** Waiting changes in the last quarter of their time, at most its last day; once per revision. */
export function expiringChanges(db: Sql): Promise<Announcement[]> {
  return db.query<Announcement>(
    `select 'change.expiring_soon' as action, c.organization_id as "organizationId", 'change_request' as "objectType",
       c.id as "objectId", jsonb_build_object('operation', c.operation, 'revision', c.revision,
         'expiresAt', to_char(c.expires_at at time zone 'utc', ${ISO})) as details
     from change_requests c
     where c.state = 'pending_approval' and c.expires_at > clock_timestamp()
       and c.expires_at < clock_timestamp() + least(interval '1 day', (c.expires_at - c.created_at) / 4)
       and not ${announced('c.organization_id', 'c.id', 'change.expiring_soon', `(e.details->>'revision')::int = c.revision`)}
     limit ${MOST}`,
  );
}

/** Secrets whose newest enabled version holds a token or certificate that ends within 30 days; once per version. */
export function expiringSecrets(db: Sql): Promise<Announcement[]> {
  return db.query<Announcement>(
    `select 'secret.expiring_soon' as action, s.organization_id as "organizationId", 'secret' as "objectType",
       s.id as "objectId", jsonb_build_object('version', v.version, 'expiresAt', v.facts->>'expiresAt') as details
     from secret_versions v join secrets s on s.id = v.secret_id and s.latest_enabled = v.version
     where v.facts ? 'expiresAt' and s.state = 'active' and s.enabled
       and v.facts->>'expiresAt' > to_char(clock_timestamp() at time zone 'utc', ${ISO})
       and v.facts->>'expiresAt' < to_char(clock_timestamp() at time zone 'utc' + interval '30 days', ${ISO})
       and not ${announced('s.organization_id', 's.id', 'secret.expiring_soon', `(e.details->>'version')::int = v.version`)}
     limit ${MOST}`,
  );
}

/** Tokens made for more than two weeks that end within one; once. */
export function expiringTokens(db: Sql): Promise<Announcement[]> {
  return db.query<Announcement>(
    `select 'token.expiring_soon' as action, t.organization_id as "organizationId", 'token' as "objectType",
       t.id as "objectId", jsonb_build_object('expiresAt', to_char(t.expires_at at time zone 'utc', ${ISO})) as details
     from tokens t
     where t.revoked_at is null and t.expires_at > clock_timestamp()
       and t.expires_at < clock_timestamp() + interval '7 days' and t.expires_at - t.created_at > interval '14 days'
       and not ${announced('t.organization_id', 't.id', 'token.expiring_soon', 'true')}
     limit ${MOST}`,
  );
}

/** Enabled profiles whose breaker has been open for a minute or whose last check failed; at most once a day. */
export function unreachableProfiles(db: Sql): Promise<Announcement[]> {
  return db.query<Announcement>(
    `select 'vault_profile.unreachable' as action, p.organization_id as "organizationId",
       'vault_profile' as "objectType", p.id as "objectId",
       jsonb_build_object('code', coalesce(p.breaker_code, p.check_code, 'unknown')) as details
     from vault_profiles p
     where p.enabled and (p.check_state = 'failing'
         or (p.breaker_state = 'open' and p.breaker_since < clock_timestamp() - interval '1 minute'))
       and not ${announced('p.organization_id', 'p.id', 'vault_profile.unreachable', `e.at > clock_timestamp() - interval '1 day'`)}
     limit ${MOST}`,
  );
}

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

function announced(organization: string, object: string, action: AuditAction, same: string): string {
  return `exists (select 1 from audit_events e where e.organization_id = ${organization}
    and e.object_id = ${object}::text and e.action = '${action}' and ${same})`;
}

/**
 * Runs `work` unless another process announces something of this kind at the moment. What was announced there is not due
 * here any more once the lock is free.
 */
export async function alone(db: Db, action: AuditAction, work: (tx: Sql) => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    const [lock] = await tx.query<{ got: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 7300)) as got',
      [action],
    );
    if (lock?.got === true) await work(tx);
  });
}
