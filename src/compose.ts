import { collectDefaultMetrics, Registry } from 'prom-client';
import { adapterKinds, loadAdapterModule } from '../adapters/registry.ts';
import { accessRoutes } from './access/access-routes.ts';
import type { Actor } from './access/actor.ts';
import { actorForStored } from './access/actor-store.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { createMutate, createSqlMutate } from './api/mutation.ts';
import { QUEUE_CONSOLE_PATH, type QueueConsoleParts } from './api/queue-console.ts';
import type { RouteDefinition } from './api/route.ts';
import { createActionExecution } from './approvals/action-execution.ts';
import { administrativeSubject } from './approvals/administrative-subject.ts';
import { approvalProfileRoutes } from './approvals/approval-profile-routes.ts';
import { measureChanges } from './approvals/change-metrics.ts';
import { createChangeReader } from './approvals/change-reader.ts';
import { changeRoutes } from './approvals/change-routes.ts';
import { createChangeService } from './approvals/change-service.ts';
import { type ChangeSubject, subjectByType } from './approvals/change-subject.ts';
import { checkRoutes } from './approvals/check-routes.ts';
import { createCheckService } from './approvals/check-service.ts';
import { commentRoutes } from './approvals/comment-routes.ts';
import { createCommentThread } from './approvals/comment-thread.ts';
import { eligibilityRoutes } from './approvals/eligibility-routes.ts';
import { createEligibilityService } from './approvals/eligibility-service.ts';
import { createExecutionService } from './approvals/execution-service.ts';
import { explainRoutes } from './approvals/explain-routes.ts';
import { createExplainService } from './approvals/explain-service.ts';
import { createGovern } from './approvals/govern.ts';
import { createGrantCheck } from './approvals/grant-check.ts';
import { overrideRoutes } from './approvals/override-routes.ts';
import { createOverrideService } from './approvals/override-service.ts';
import { replayRoutes } from './approvals/replay-routes.ts';
import { createReplayService } from './approvals/replay-service.ts';
import { createReviewService } from './approvals/review-service.ts';
import { traceChanges, traceExecution } from './approvals/traced-changes.ts';
import type { AuditEventInput } from './audit/audit-event.ts';
import { recordAlone } from './audit/audit-log.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { createAuditService } from './audit/audit-service.ts';
import {
  type Administration,
  type AdministrativeActions,
  actionsByOperation,
  composeActions,
  composeAdministration,
} from './compose-actions.ts';
import { composeScanner } from './compose-scanner.ts';
import { composeBulk, composeSecretRoutes } from './compose-secrets.ts';
import { composeSyncChores, composeSyncRoutes, composeSyncWork, type SyncWork } from './compose-sync.ts';
import { composeUseRoutes } from './compose-use.ts';
import { checkKeys } from './crypto/key-check.ts';
import { createKeyring, type Keyring, parseMasterKeys } from './crypto/keyring.ts';
import { connectDb, type Db } from './db.ts';
import { createImportEntry } from './imports/import-entry.ts';
import { createImportReader } from './imports/import-reader.ts';
import { createImportReviewService } from './imports/import-review-service.ts';
import { importRoutes } from './imports/import-routes.ts';
import { createImportRunner } from './imports/import-runner.ts';
import { createImportService } from './imports/import-service.ts';
import type { Doorbell } from './jobs/doorbell.ts';
import { createNearDoorbell, type NearDoorbell } from './jobs/near-doorbell.ts';
import { createJobQueue, type JobQueue } from './jobs/queue.ts';
import { measureQueue } from './jobs/queue-metrics.ts';
import type { Scanner } from './jobs/scanner.ts';
import type { Log } from './log.ts';
import { createNotices, type NoticeSettings, type Notices } from './notifications/notices.ts';
import { type Failpoint, noFailpoint } from './ports.ts';
import { createCustomerReader } from './projects/customer-reader.ts';
import { customerRoutes } from './projects/customer-routes.ts';
import { createCustomerService } from './projects/customer-service.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { createProjectService } from './projects/project-service.ts';
import { createChangeExecutor } from './secrets/change-executor.ts';
import { createChangeOpener } from './secrets/change-opener.ts';
import { createContentService } from './secrets/content-service.ts';
import { createCreateService } from './secrets/create-service.ts';
import { evidenceRoutes } from './secrets/evidence/evidence-routes.ts';
import { createEvidenceService } from './secrets/evidence/evidence-service.ts';
import { createOpenText } from './secrets/evidence/open-text.ts';
import { createExpiredSecrets } from './secrets/expired-secrets.ts';
import { createLifetimeWatch } from './secrets/lifetime-watch.ts';
import type { OperationTools } from './secrets/operations/operation.ts';
import { createOutsideService } from './secrets/outside-service.ts';
import { SECRET_TYPES } from './secrets/payload/secret-type.ts';
import { createPlacementService } from './secrets/placement-service.ts';
import { createProposals } from './secrets/proposals.ts';
import { createRenameService } from './secrets/rename-service.ts';
import { resubmissionRoutes } from './secrets/resubmission-routes.ts';
import { createResubmissionService } from './secrets/resubmission-service.ts';
import { createSecretReader } from './secrets/secret-reader.ts';
import { createSecretService } from './secrets/secret-service.ts';
import { secretSubject } from './secrets/secret-subject.ts';
import { traceExecutor } from './secrets/traced-executor.ts';
import { createValueCache } from './secrets/value-cache.ts';
import { createBacklog } from './sync/backlog.ts';
import { createChangeWait } from './sync/change-wait.ts';
import { createFreshnessService, type FreshnessService, measureFreshness } from './sync/freshness-service.ts';
import { createPlanReader } from './sync/plan-reader.ts';
import { watchForRestore } from './sync/restore-watch.ts';
import { measureSyncResults } from './sync/sync-metrics.ts';
import { measureTargets } from './sync/target-metrics.ts';
import { createTargetWatch } from './sync/watched-target.ts';
import { noTracing, type Tracing } from './tracing/tracing.ts';
import type { AllowList } from './vaults/address-rules.ts';
import { createBreakerRecorder } from './vaults/breaker-recorder.ts';
import { measureBreakers, measureVaultCalls } from './vaults/call-metrics.ts';
import { recordRefusal } from './vaults/credential-state.ts';
import { createEgress } from './vaults/egress.ts';
import { createProfileChecks } from './vaults/profile-checks.ts';
import { createProfileLabel } from './vaults/profile-label.ts';
import { traceVaults } from './vaults/traced-vaults.ts';
import { vaultEntryRoutes } from './vaults/vault-entry-routes.ts';
import { createVaultKinds } from './vaults/vault-kinds.ts';
import { createVaultPool } from './vaults/vault-pool.ts';
import { vaultProfileRoutes } from './vaults/vault-profile-routes.ts';
import { vaultRoutes } from './vaults/vault-routes.ts';

/** What the broker is built from: the parts of the configuration that are left once a database is there. */
export interface BrokerSettings {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  /** The ring as text, see `parseMasterKeys`. */
  readonly masterKey: string;
  readonly dbPool: number;
  readonly vaultTimeoutMs: number;
  /** Where vaults may be beside the public internet. */
  readonly vaultAllow: AllowList;
  /** Vaults may log in as this process itself. */
  readonly vaultAmbient: boolean;
  readonly leaseMs: number;
  /** Longest time a request of ours is under way, or a read shows what was there before our last write. */
  readonly settleMs: number;
  readonly scanIntervalMs: number;
  readonly changeTtlHours: number;
  readonly recoveryDays: number;
  readonly notices: NoticeSettings;
  /** See `createBacklog`. */
  readonly backlogLimit: number;
}

/** What tests replace. */
export interface Outside {
  readonly log: Log;
  readonly failpoint?: Failpoint;
  /** Offer the `memory` kind of vault, which forgets everything with the process. */
  readonly allowMemory?: boolean;
  /** How long a vault that does not answer is left alone at most; see `Breaker`. */
  readonly longestPauseMs?: number | undefined;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing;
}

/** A broker, wired. `api/app` and `workers` turn it into processes. */
export interface Broker {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly queue: JobQueue;
  readonly doorbell: NearDoorbell;
  readonly metrics: Registry;
  readonly tracing: Tracing;
  readonly queueConsole: QueueConsoleParts;
  readonly routes: readonly RouteDefinition[];
  readonly authenticate: ReturnType<typeof createAuthenticate>;
  readonly scanner: Scanner;
  /** What worker handlers call. */
  readonly work: {
    readonly executions: ReturnType<typeof createExecutionService>;
    readonly executor: ReturnType<typeof createChangeExecutor>;
    readonly imports: ReturnType<typeof createImportRunner>;
    readonly notices: Pick<Notices, 'deliver'>;
  } & SyncWork;
  /** Ends every event stream, so that the HTTP side can close. */
  endStreams(): Promise<void>;
  /** Close the HTTP side and the workers first. */
  close(): Promise<void>;
}

/**
 * Builds everything, in the order of the dependencies. The only place that does. The database must be migrated; throws,
 * having written nothing, when the master keys are not its keys.
 */
export async function composeBroker(settings: BrokerSettings, outside: Outside): Promise<Broker> {
  const { log, failpoint = noFailpoint, allowMemory = false, tracing = noTracing } = outside;
  const { databaseUrl, redisUrl } = settings;
  const keyring = createKeyring(parseMasterKeys(settings.masterKey));
  const db = await openDb(settings, keyring, log);
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const queue = createJobQueue({ redisUrl, databaseUrl, log, tracing });
  const doorbell = createNearDoorbell(queue, log);
  const egress = createEgress(settings.vaultAllow);
  const recordBreaker = createBreakerRecorder(db);
  const profileLabel = createProfileLabel();
  const pool = createVaultPool({
    db,
    keyring,
    egress,
    allowAmbient: settings.vaultAmbient,
    timeoutMs: settings.vaultTimeoutMs,
    longestPauseMs: outside.longestPauseMs,
    onCall: measureVaultCalls(metrics, profileLabel),
    onBreaker: (change) => {
      log.warn({ profileId: change.profileId, state: change.state, code: change.code }, 'vault breaker');
      recordBreaker(change);
    },
    onRefusal: (refusal) => {
      recordRefusal(db, refusal).then(
        (news) => news && log.warn({ profileId: refusal.profileId }, 'vault credential refused'),
        () => undefined,
      );
    },
  });
  const vaults = traceVaults(pool, tracing);
  measureBreakers(metrics, pool, profileLabel);
  measureTargets(metrics, db);
  measureChanges(metrics, db);
  measureQueue(metrics, queue);
  const watch = createTargetWatch({ db, tracing, onResult: measureSyncResults(metrics, profileLabel) });

  const values = createValueCache();
  const tools: OperationTools = { db, keyring, vaults, values, failpoint };
  const kinds = createVaultKinds({ allowMemory });
  const checks = createProfileChecks({ db, pool: vaults });
  const reach = { db, keyring, kinds, egress, allowAmbient: settings.vaultAmbient };
  const services = composeAdministration(reach, vaults, checks);
  const actions = composeActions(services, keyring);
  const subject = subjectByType({ secret: secretSubject }, administrativeSubject(actionsByOperation(actions)));
  const features = composeFeatures(settings, tools, { db, doorbell, actions, subject, tracing });
  const { executions, executor } = features;
  const noticeOutside = { log, failpoint };
  const notices = createNotices(settings.notices, { db, keyring, metrics, outside: noticeOutside, subject });
  const syncWork = composeSyncWork(settings, { ...tools, db, log, watch, contents: features.contents });
  const freshness = createFreshnessService({ db, keyring, log });
  measureFreshness(metrics, db);
  const sync = composeSyncChores({ ...tools, db, leaseMs: settings.leaseMs }, freshness);
  const scanner = composeScanner(settings, { db, keyring, log, queue, subject, features, checks, notices, sync });

  return {
    db,
    keyring,
    queue,
    doorbell,
    metrics,
    tracing,
    queueConsole: {
      board: () => queue.board(QUEUE_CONSOLE_PATH),
      recordOpened: (actor) => recordAlone(db, keyring, [{ subject: actor, event: consoleOpened(actor) }]),
    },
    routes: composeRoutes(features, services, { db, keyring, doorbell, notices, actions, subject, freshness }),
    authenticate: createAuthenticate(db),
    scanner,
    work: { executions, executor, ...syncWork, imports: features.importRuns, notices },
    endStreams: notices.endStreams,
    async close() {
      await scanner.stop();
      await notices.close();
      await queue.close();
      values.clear();
      await vaults.close();
      await checks.settled();
      await db.close();
    },
  };
}

/** Connected, proved to be the database of these keys, and looked at: was it restored from a backup? */
async function openDb(settings: BrokerSettings, keyring: Keyring, log: Log): Promise<Db> {
  const db = connectDb({
    url: settings.databaseUrl,
    poolSize: settings.dbPool,
    onIdleError: () => log.warn('database connection lost'),
  });
  try {
    await checkKeys(db, keyring);
    await watchForRestore({ db, keyring, log });
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

function consoleOpened({ tokenId }: Actor): AuditEventInput {
  return { action: 'queue_console.opened', objectType: 'token', objectId: tokenId ?? '' };
}

type Features = ReturnType<typeof composeFeatures>;

/** What most parts are connected to. */
interface Connected {
  readonly db: Db;
  readonly doorbell: Doorbell;
  readonly actions: AdministrativeActions;
  readonly subject: ChangeSubject;
}

/** Secrets, approvals and sync: what the one door needs, and what goes through it. */
function composeFeatures(
  settings: BrokerSettings,
  tools: OperationTools,
  on: Connected & { readonly tracing: Tracing },
) {
  const { db, doorbell, subject } = on;
  const { keyring } = tools;
  const { leaseMs, changeTtlHours: defaultExpiryHours } = settings;
  const changeDeps = { db, keyring, doorbell, subject, leaseMs, defaultExpiryHours };
  const changes = traceChanges(createChangeService(changeDeps), on.tracing);
  const grants = createGrantCheck({ keyring, subject, currentActor: actorForStored });
  const actions = actionsByOperation(on.actions);
  const act = createActionExecution({ db, keyring, actions, changes, grants, leaseMs });
  const applyAction = (id: string) => (on.tracing.active ? traceExecution(on, { id }, () => act(id)) : act(id));
  const executor = traceExecutor(createChangeExecutor({ db, changes, tools, doorbell }), on);
  const backlog = createBacklog({ db, limit: settings.backlogLimit });
  const { assertRoom } = backlog;
  const opener = createChangeOpener({ db, changes, executor, tools, doorbell, assertRoom });
  const proposals = createProposals({ db, opener });
  const reader = createSecretReader({ db, tools });
  const shared = { tools, proposals };
  const contents = createContentService({ ...shared, reader });
  const creations = createCreateService({ tools, opener });
  const bulk = composeBulk({ db, tools, changes, doorbell, assertRoom, proposals, creations, contents, reader });
  const openText = createOpenText(keyring);
  const reviews = createReviewService({ ...changeDeps, openText });
  return {
    changes,
    executor,
    reader,
    executions: createExecutionService({ db, subject, grants, applyAction, leaseMs }),
    reviews,
    overrides: createOverrideService({ ...changeDeps, openText }),
    checks: createCheckService({ ...changeDeps, openText }),
    ...bulk,
    creations,
    contents,
    outside: createOutsideService({ ...shared, contents }),
    backlog,
    secrets: createSecretService({ db, proposals, recoveryDays: settings.recoveryDays }),
    placements: createPlacementService(shared),
    renames: createRenameService(shared),
    resubmissions: createResubmissionService({ ...changeDeps, tools }),
    expiredSecrets: createExpiredSecrets({ db, opener }),
    lifetimes: createLifetimeWatch({ db, opener, recoveryDays: settings.recoveryDays }),
    plans: createPlanReader({ ...tools, db }),
    imports: createImportService({ keyring, canLabel }),
    importReader: createImportReader({ db }),
    importReviews: createImportReviewService({ db, reviews }),
    importRuns: createImportRunner({
      tools: { ...tools, db },
      importEntry: createImportEntry({ tools, opener }),
      reviews,
      doorbell,
      leaseMs,
      currentActor: actorForStored,
    }),
  };
}

/** The route table: everything the API answers beside health and documentation. */
function composeRoutes(
  features: Features,
  { access, vaults, profiles, entries, approvalProfiles }: Administration,
  on: Connected & { readonly keyring: Keyring; readonly notices: Notices; readonly freshness: FreshnessService },
): RouteDefinition[] {
  const { db, keyring, doorbell, actions, subject } = on;
  const mutate = createMutate(on);
  const govern = createGovern({ keyring, changes: features.changes, mutate });
  return [
    ...accessRoutes({ ...access, mutate, govern, actions }),
    ...projectRoutes({ projects: createProjectService(on), mutate }),
    ...customerRoutes({ customers: createCustomerService(on), reader: createCustomerReader(on), mutate }),
    ...vaultRoutes({ vaults, mutate, govern, actions }),
    ...vaultProfileRoutes({ profiles, mutate, govern, actions, doorbell }),
    ...vaultEntryRoutes({ entries }),
    ...importRoutes({ ...features, mutate, doorbell }),
    ...approvalProfileRoutes({ approvalProfiles, mutate, govern, actions }),
    ...replayRoutes({ replays: createReplayService({ db, secretTypes: SECRET_TYPES }) }),
    ...eligibilityRoutes({ eligibility: createEligibilityService({ db, secretTypes: SECRET_TYPES }) }),
    ...overrideRoutes(features),
    ...checkRoutes(features),
    ...explainRoutes({
      explain: createExplainService({ db, subject, find: createChangeReader({ db, subject }).find }),
    }),
    ...composeSecretRoutes({ db, ...features }),
    ...composeSyncRoutes({ ...on, ...features, mutate }),
    ...changeRoutes({
      changes: createChangeReader({ db, subject }),
      reviews: features.reviews,
      wait: createChangeWait(db),
    }),
    ...resubmissionRoutes({ ...features, mutate: createSqlMutate(on) }),
    ...commentRoutes({ comments: createCommentThread({ db, keyring, openText: createOpenText(keyring) }), mutate }),
    ...evidenceRoutes({ evidence: createEvidenceService({ db, keyring, subject }) }),
    ...composeUseRoutes({ db, keyring, reader: features.reader, mutate }),
    ...auditRoutes({ audit: createAuditService(on) }),
    ...on.notices.routes({ mutate, doorbell }),
  ];
}

/** A kind that this version does not know keeps no marker. */
async function canLabel(kind: string): Promise<boolean> {
  return adapterKinds().includes(kind) && (await loadAdapterModule(kind)).capabilities.labels;
}
