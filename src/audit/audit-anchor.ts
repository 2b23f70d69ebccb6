import type { Sql } from '../db.ts';
import type { Log } from '../log.ts';

const EVERY_MS = 60_000;

/**
 * Tells the log, once a minute, how long each organization's chain is and where it ends. Somebody who could rewrite the whole
 * database still cannot rewrite the logs: compare the newest line with `GET /v1/audit-events/verify`.
 */
export function createAuditAnchor(db: Sql, log: Log, now: () => number = () => performance.now()): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  const told = new Map<string, number>();
  return async () => {
    if (now() - last < EVERY_MS) return;
    last = now();
    const heads = await db.query<{ organizationId: string; seq: number; mac: string }>(
      `select organization_id as "organizationId", seq, encode(mac, 'hex') as mac from audit_heads`,
    );
    for (const { organizationId, seq, mac } of heads) {
      if (told.get(organizationId) === seq) continue;
      told.set(organizationId, seq);
      log.info({ organizationId, seq, mac }, 'audit head');
    }
  };
}
