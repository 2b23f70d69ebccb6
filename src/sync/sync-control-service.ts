import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import type { AuditAction } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction, Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import type { Backlog } from './backlog.ts';
import { type Pausable, switchEverything, switchPause } from './pause-store.ts';
import { countAhead, forgetSuspicion, releaseMissing, unmarkProfile } from './restore-store.ts';
import { RESTORE_ADVICE } from './restore-watch.ts';
import type { PauseView, SyncOverview } from './sync-control-schemas.ts';

export interface SyncControlDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly backlog: Backlog;
}

/** Operators' hold on sync: pause and resume, and the end of a suspicion that the database was restored. */
export interface SyncControl {
  overview(actor: Actor): Promise<SyncOverview>;
  /** No copy is carried to the profile from the commit on. Needs `vault.administer`. */
  pauseProfile(actor: Actor, tx: EditTransaction, id: string, paused: boolean): Promise<PauseView>;
  /** No copy of the project's secrets is carried anywhere. Needs `project.administer` there. */
  pauseProject(actor: Actor, tx: EditTransaction, idOrSlug: string, paused: boolean): Promise<PauseView>;
  /** The whole installation. Needs `installation.administer`. */
  pauseAll(actor: Actor, tx: EditTransaction, paused: boolean): Promise<PauseView>;
  /** Copies that are missing at the profile are made anew. Refused while one there is ahead: that is decided one by one. */
  settleProfile(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
  /** The same for the suspicion of the whole installation. Needs `installation.administer`. */
  settleAll(actor: Actor, tx: EditTransaction): Promise<void>;
}

export function createSyncControl(deps: SyncControlDeps): SyncControl {
  const { db, keyring, backlog } = deps;

  const record = (tx: Sql, actor: Actor, action: AuditAction, objectType: string, objectId: string): Promise<void> =>
    appendAudit(tx, keyring, actor, [{ action, objectType, objectId }]);

  const pause = async (
    tx: EditTransaction,
    actor: Actor,
    what: { readonly table: Pausable; readonly id: string; readonly name: 'vault_profile' | 'project' },
    paused: boolean,
  ): Promise<PauseView> => {
    const done = await switchPause(tx, what.table, actor.organizationId, what.id, paused);
    if (done === undefined) throw notFound(what.name.replace('_', ' '));
    if (done.was !== paused) {
      await record(tx, actor, `${what.name}.${paused ? 'paused' : 'resumed'}`, what.name, what.id);
    }
    return { pausedAt: done.pausedAt?.toISOString() ?? null };
  };

  return {
    async overview(actor) {
      authorizeAnywhere(actor, 'vault.read');
      return readOverview(db, actor, backlog);
    },
    async pauseProfile(actor, tx, id, paused) {
      authorize(actor, 'vault.administer');
      return pause(tx, actor, { table: 'vault_profiles', id, name: 'vault_profile' }, paused);
    },
    async pauseProject(actor, tx, idOrSlug, paused) {
      const [project] = await tx.query<{ id: string }>(
        'select id from projects where organization_id = $1::uuid and (id::text = $2 or slug = $2)',
        [actor.organizationId, idOrSlug],
      );
      if (project === undefined) throw notFound('project');
      authorize(actor, 'project.administer', project.id);
      return pause(tx, actor, { table: 'projects', id: project.id, name: 'project' }, paused);
    },
    async pauseAll(actor, tx, paused) {
      authorize(actor, 'installation.administer');
      const done = await switchEverything(tx, paused);
      if (done.was !== paused) {
        await record(tx, actor, paused ? 'sync.paused' : 'sync.resumed', 'installation', actor.organizationId);
      }
      return { pausedAt: done.pausedAt?.toISOString() ?? null };
    },
    async settleProfile(actor, tx, id) {
      authorize(actor, 'vault.administer');
      const found = await tx.query(
        'select id from vault_profiles where organization_id = $1::uuid and id = $2::uuid for update',
        [actor.organizationId, id],
      );
      if (found.length === 0) throw notFound('vault profile');
      const ahead = await countAhead(tx, id);
      if (ahead > 0) {
        throw new AppError(
          'invalid_transition',
          'Copies there hold versions that are unknown here; decide about them first.',
          {
            facts: { ahead },
          },
        );
      }
      await unmarkProfile(tx, id);
      await releaseMissing(tx, id);
      await record(tx, actor, 'vault_profile.restore_settled', 'vault_profile', id);
    },
    async settleAll(actor, tx) {
      authorize(actor, 'installation.administer');
      if (!(await forgetSuspicion(tx))) return;
      await releaseMissing(tx, null);
      await record(tx, actor, 'sync.restore_settled', 'installation', actor.organizationId);
    },
  };
}

async function readOverview(db: Sql, actor: Actor, backlog: Backlog): Promise<SyncOverview> {
  const { organizationId } = actor;
  const [[row], profiles, waiting] = await Promise.all([
    db.query<{ pausedAt: Date | null; since: Date | null; reason: string | null; underWay: number; missing: number }>(
      `select i.paused_at as "pausedAt", i.restore_suspected_at as since, i.restore_reason as reason,
         (select count(*)::int from targets where organization_id = $1::uuid and lease_until > clock_timestamp()) as "underWay",
         (select count(*)::int from targets where organization_id = $1::uuid and state = 'drifted'
           and code = 'missing_since_restore') as missing
       from installation i where i.id = 1`,
      [organizationId],
    ),
    db.query<{ id: string; name: string; since: Date; ahead: number }>(
      `select p.id, p.name, p.restore_suspected_at as since, (select count(*)::int from targets t
         join secrets s on s.id = t.secret_id where t.organization_id = $1::uuid and t.ahead_version is not null
           and t.profile_id = p.id and t.ahead_version > s.head_version and t.state <> 'removed') as ahead
       from vault_profiles p where p.organization_id = $1::uuid and p.restore_suspected_at is not null order by p.name`,
      [organizationId],
    ),
    backlog.count(organizationId),
  ]);
  const suspected = row?.since != null || profiles.length > 0;
  return {
    pausedAt: row?.pausedAt?.toISOString() ?? null,
    underWay: row?.underWay ?? 0,
    backlog: waiting,
    backlogLimit: backlog.limit,
    restore: {
      suspected,
      since: row?.since?.toISOString() ?? profiles[0]?.since.toISOString() ?? null,
      reason: !suspected ? null : row?.since == null ? 'copy_ahead' : 'database_changed',
      profiles: profiles.map((profile) => ({ ...profile, since: profile.since.toISOString() })),
      missing: row?.missing ?? 0,
      advice: suspected ? RESTORE_ADVICE : null,
    },
  };
}
