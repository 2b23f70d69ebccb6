import type { Actor } from '../access/actor.ts';
import { authorize, type SecretScope } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import { lockTargets } from '../secrets/lock-targets.ts';
import { SHOWN_CODE, SHOWN_STATE } from './pause-store.ts';
import type { TargetState } from './target-state.ts';

/** A target as stored, for people. */
export interface Target {
  readonly id: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly profileName: string;
  readonly remotePath: string;
  readonly state: TargetState;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly aheadVersion: number | null;
  readonly code: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly dueSince: Date | null;
  readonly writtenVersion: number | null;
  readonly writtenAt: Date | null;
  readonly syncedAt: Date | null;
  readonly nextScanAt: Date | null;
}

export type TargetService = ReturnType<typeof createTargetService>;

/** Looks at targets and asks for a run. What is desired changes only through change requests. */
export function createTargetService(deps: { readonly db: Db; readonly keyring: Keyring; readonly doorbell: Doorbell }) {
  const { db, keyring, doorbell } = deps;

  const scopeOf = async (actor: Actor, secretId: string): Promise<SecretScope> => {
    const [row] = await db.query<SecretScope>(
      `select project_id as "projectId", customer_id as "customerId" from secrets where id = $1::uuid and organization_id = $2::uuid`,
      [secretId, actor.organizationId],
    );
    if (row === undefined) throw notFound('secret');
    return row;
  };

  return {
    async list(actor: Actor, secretId: string): Promise<Target[]> {
      authorize(actor, 'secret.list', await scopeOf(actor, secretId));
      return listTargets(db, secretId);
    },

    /** Makes targets due now: one, or all of the secret. Looks, and writes only what is not as desired. */
    async syncNow(actor: Actor, secretId: string, targetId: string | undefined): Promise<Target[]> {
      authorize(actor, 'secret.sync', await scopeOf(actor, secretId));
      const profiles = await db.transaction(async (tx) => {
        await lockTargets(tx, secretId);
        const rows = await tx.query<{ id: string; profileId: string }>(
          `update targets set next_attempt_at = clock_timestamp(), due_since = coalesce(due_since, clock_timestamp())
           where secret_id = $1::uuid and ($2::uuid is null or id = $2) and state not in ('removed', 'paused')
             and (desired_version is not null or state in ('removing', 'parked')) and code is distinct from 'secret_deleted'
           returning id, profile_id as "profileId"`,
          [secretId, targetId ?? null],
        );
        if (targetId !== undefined && rows.length === 0) throw notFound('target');
        const events = rows.map((row) => ({
          action: 'target.sync_requested' as const,
          objectType: 'target',
          objectId: row.id,
          details: { secretId, profileId: row.profileId },
        }));
        await appendAudit(tx, keyring, actor, events);
        return rows.map((row) => row.profileId);
      });
      doorbell.ring(...profiles.map((profileId) => ({ name: 'sync-profile', data: { profileId } }) as const));
      return listTargets(db, secretId);
    },
  };
}

function listTargets(db: Sql, secretId: string): Promise<Target[]> {
  return db.query<Target>(
    `select t.id, t.secret_id as "secretId", t.profile_id as "profileId", p.name as "profileName",
       t.remote_path as "remotePath", ${SHOWN_STATE} as state,
       t.desired_version as "desiredVersion", t.observed_version as "observedVersion",
       ${SHOWN_CODE} as code, t.ahead_version as "aheadVersion", t.attempts, t.next_attempt_at as "nextAttemptAt",
       t.due_since as "dueSince", t.written_version as "writtenVersion", t.written_at as "writtenAt",
       t.synced_at as "syncedAt", t.next_scan_at as "nextScanAt"
     from targets t join vault_profiles p on p.id = t.profile_id where t.secret_id = $1::uuid order by t.created_at, t.id`,
    [secretId],
  );
}
