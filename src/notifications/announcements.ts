import { systemActor } from '../access/actor.ts';
import type { AuditAction } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import {
  type Announcement,
  alone,
  expiringChanges,
  expiringSecrets,
  expiringTokens,
  unreachableProfiles,
} from './announcement-store.ts';

const SOURCES = {
  'change.expiring_soon': expiringChanges,
  'secret.expiring_soon': expiringSecrets,
  'token.expiring_soon': expiringTokens,
  'vault_profile.unreachable': unreachableProfiles,
} as const satisfies Partial<Record<AuditAction, (db: Sql) => Promise<Announcement[]>>>;

/**
 * Records in the audit trail what comes about without anybody doing it, so that it is told like everything else. A chore: safe
 * to run anywhere, any number of times; looks once per `everyMs`.
 */
export function createAnnouncements(deps: { readonly db: Db; readonly keyring: Keyring; readonly everyMs: number }) {
  const { db, keyring, everyMs } = deps;
  let last = Number.NEGATIVE_INFINITY;

  const record = async (tx: Sql, due: readonly Announcement[]): Promise<void> => {
    // In one order, so that two of these cannot wait for each other's trail.
    const organizations = [...new Set(due.map((each) => each.organizationId))].sort();
    for (const organizationId of organizations) {
      const events = due.filter((each) => each.organizationId === organizationId);
      await appendAudit(tx, keyring, systemActor(organizationId, 'watch'), events);
    }
  };

  return async (): Promise<void> => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    for (const [action, find] of Object.entries(SOURCES)) {
      if ((await find(db)).length === 0) continue;
      await alone(db, action as AuditAction, async (tx) => record(tx, await find(tx)));
    }
  };
}
