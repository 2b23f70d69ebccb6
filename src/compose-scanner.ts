import { forgetSessions } from './access/session-store.ts';
import { forgetIdempotent } from './api/idempotency.ts';
import type { ChangeService } from './approvals/change-service.ts';
import { dueChanges } from './approvals/change-store.ts';
import type { ChangeSubject } from './approvals/change-subject.ts';
import { createSatisfiableWatch } from './approvals/satisfiable-watch.ts';
import { createAuditAnchor } from './audit/audit-anchor.ts';
import type { SyncChores } from './compose-sync.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Db } from './db.ts';
import { dueImports } from './imports/import-store.ts';
import type { Job } from './jobs/definitions.ts';
import type { JobQueue } from './jobs/queue.ts';
import { createScanner, type Scanner } from './jobs/scanner.ts';
import type { Log } from './log.ts';
import type { Notices } from './notifications/notices.ts';
import type { ExpiredSecrets } from './secrets/expired-secrets.ts';
import type { LifetimeWatch } from './secrets/lifetime-watch.ts';
import { dueScans } from './sync/drift-store.ts';
import { dueProfiles } from './sync/target-store.ts';
import type { ProfileChecks } from './vaults/profile-checks.ts';

const MOST_DUE_CHANGES = 500;
const MOST_DUE_IMPORTS = 20;
const WATCH_EVERY_MS = 20_000;

/** What runs by itself, in every process: it rings for rows that nobody rang for, and does the chores. */
export function composeScanner(
  settings: { readonly scanIntervalMs: number },
  on: {
    readonly db: Db;
    readonly keyring: Keyring;
    readonly log: Log;
    readonly queue: JobQueue;
    readonly subject: ChangeSubject;
    readonly features: {
      readonly changes: ChangeService;
      readonly expiredSecrets: ExpiredSecrets;
      readonly lifetimes: LifetimeWatch;
    };
    readonly checks: ProfileChecks;
    readonly notices: Notices;
    readonly sync: SyncChores;
  },
): Scanner {
  const { db, keyring, log, subject, notices } = on;
  const { changes, expiredSecrets } = on.features;
  return createScanner({
    log,
    doorbell: on.queue,
    intervalMs: settings.scanIntervalMs,
    findDue: () => jobsDue(db, notices),
    chores: {
      expireChanges: () => changes.expireDue(),
      endStranded: () => changes.endStranded(),
      watchApprovals: createSatisfiableWatch({ db, keyring, subject, everyMs: WATCH_EVERY_MS }),
      destroyExpired: () => expiredSecrets.destroyDue(),
      endLifetimes: () => on.features.lifetimes.endDue(),
      forgetIdempotent: () => forgetIdempotent(db),
      forgetSessions: () => forgetSessions(db),
      anchorAudit: createAuditAnchor(db, log),
      checkProfiles: () => on.checks.checkDue(),
      ...on.sync,
      ...notices.chores,
    },
  });
}

async function jobsDue(db: Db, notices: Notices): Promise<Job[]> {
  const [changeIds, profileIds, scanIds, importIds, organizationIds] = await Promise.all([
    dueChanges(db, MOST_DUE_CHANGES),
    dueProfiles(db),
    dueScans(db),
    dueImports(db, MOST_DUE_IMPORTS),
    notices.due(),
  ]);
  return [
    ...changeIds.map((changeId) => ({ name: 'run-change', data: { changeId } }) as const),
    ...profileIds.map((profileId) => ({ name: 'sync-profile', data: { profileId } }) as const),
    ...scanIds.map((profileId) => ({ name: 'scan-profile', data: { profileId } }) as const),
    ...importIds.map((importId) => ({ name: 'run-import', data: { importId } }) as const),
    ...organizationIds.map((organizationId) => ({ name: 'deliver-notices', data: { organizationId } }) as const),
  ];
}
