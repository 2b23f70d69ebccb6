import { collectDefaultMetrics, Registry } from 'prom-client';
import { adapterKinds, loadAdapterModule } from '../adapters/registry.ts';
import { accessRoutes } from './access/access-routes.ts';
import { createAccessServices } from './access/access-services.ts';
import { actorForStored } from './access/actor-store.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { forgetIdempotent } from './api/idempotency.ts';
import { createMutate } from './api/mutation.ts';
import type { RouteDefinition } from './api/route.ts';
import { approvalProfileRoutes } from './approvals/approval-profile-routes.ts';
import { createApprovalProfileService } from './approvals/approval-profile-service.ts';
import { createChangeReader } from './approvals/change-reader.ts';
import { changeRoutes } from './approvals/change-routes.ts';
import { createChangeService } from './approvals/change-service.ts';
import { dueChanges } from './approvals/change-store.ts';
import { createExecutionService } from './approvals/execution-service.ts';
import { createReviewService } from './approvals/review-service.ts';
import { createAuditAnchor } from './audit/audit-anchor.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { createAuditService } from './audit/audit-service.ts';
import { checkKeys } from './crypto/key-check.ts';
import { createKeyring, type Keyring, parseMasterKeys } from './crypto/keyring.ts';
import { connectDb, type Db } from './db.ts';
import { createImportEntry } from './imports/import-entry.ts';
import { createImportReader } from './imports/import-reader.ts';
import { createImportReviewService } from './imports/import-review-service.ts';
import { importRoutes } from './imports/import-routes.ts';
import { createImportRunner } from './imports/import-runner.ts';
import { createImportService } from './imports/import-service.ts';
import { dueImports } from './imports/import-store.ts';
import type { Job } from './jobs/definitions.ts';
import type { Doorbell } from './jobs/doorbell.ts';
import { createNearDoorbell, type NearDoorbell } from './jobs/near-doorbell.ts';
import { createJobQueue, type JobQueue } from './jobs/queue.ts';
import { createScanner, type Scanner } from './jobs/scanner.ts';
import type { Log } from './log.ts';
import { type Failpoint, noFailpoint } from './ports.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { createProjectService } from './projects/project-service.ts';
import { createChangeExecutor } from './secrets/change-executor.ts';
import { createChangeOpener } from './secrets/change-opener.ts';
import { createContentService } from './secrets/content-service.ts';
import { createCreateService } from './secrets/create-service.ts';
import { createExpiredSecrets } from './secrets/expired-secrets.ts';
import type { OperationTools } from './secrets/operations/operation.ts';
import { placementRoutes } from './secrets/placement-routes.ts';
import { createPlacementService } from './secrets/placement-service.ts';
import { createProposals } from './secrets/proposals.ts';
import { resubmissionRoutes } from './secrets/resubmission-routes.ts';
import { createResubmissionService } from './secrets/resubmission-service.ts';
import { createSecretCatalog } from './secrets/secret-catalog.ts';
import { createSecretReader } from './secrets/secret-reader.ts';
import { secretRoutes } from './secrets/secret-routes.ts';
import { createSecretService } from './secrets/secret-service.ts';
import { secretSubject } from './secrets/secret-subject.ts';
import { createValueCache } from './secrets/value-cache.ts';
import { versionRoutes } from './secrets/version-routes.ts';
import { createChangeWait } from './sync/change-wait.ts';
import { createSyncRunner } from './sync/sync-runner.ts';
import { measureTargets } from './sync/target-metrics.ts';
import { targetRoutes } from './sync/target-routes.ts';
import { createTargetService } from './sync/target-service.ts';
import { dueProfiles } from './sync/target-store.ts';
import type { AllowList } from './vaults/address-rules.ts';
import { createBreakerRecorder } from './vaults/breaker-recorder.ts';
import { measureBreakers, measureVaultCalls } from './vaults/call-metrics.ts';
import { recordRefusal } from './vaults/credential-state.ts';
import { createEgress } from './vaults/egress.ts';
import { createProfileChecks } from './vaults/profile-checks.ts';
import { createVaultEntries, type VaultEntries } from './vaults/vault-entries.ts';
import { vaultEntryRoutes } from './vaults/vault-entry-routes.ts';
import { createVaultKinds } from './vaults/vault-kinds.ts';
import { createVaultPool } from './vaults/vault-pool.ts';
import { vaultProfileRoutes } from './vaults/vault-profile-routes.ts';
import { createVaultProfileService, type VaultProfileService } from './vaults/vault-profile-service.ts';
import { vaultRoutes } from './vaults/vault-routes.ts';
import { createVaultService, type VaultService } from './vaults/vault-service.ts';

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
  readonly scanIntervalMs: number;
  readonly changeTtlHours: number;
  readonly recoveryDays: number;
}

/** What tests replace. */
export interface Outside {
  readonly log: Log;
  readonly failpoint?: Failpoint;
  /** Offer the `memory` kind of vault, which forgets everything with the process. */
  readonly allowMemory?: boolean;
}

/** A broker, wired. `api/app` and `workers` turn it into processes. */
export interface Broker {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly queue: JobQueue;
  readonly doorbell: NearDoorbell;
  readonly metrics: Registry;
  readonly routes: readonly RouteDefinition[];
  readonly authenticate: ReturnType<typeof createAuthenticate>;
  readonly scanner: Scanner;
  /** What worker handlers call. */
  readonly work: {
    readonly executions: ReturnType<typeof createExecutionService>;
    readonly executor: ReturnType<typeof createChangeExecutor>;
    readonly syncs: ReturnType<typeof createSyncRunner>;
    readonly imports: ReturnType<typeof createImportRunner>;
  };
  /** Close the HTTP side and the workers first. */
  close(): Promise<void>;
}

/**
 * Builds everything, in the order of the dependencies. The only place that does. The database must be migrated; throws,
 * having written nothing, when the master keys are not its keys.
 */
export async function composeBroker(settings: BrokerSettings, outside: Outside): Promise<Broker> {
  const { log, failpoint = noFailpoint, allowMemory = false } = outside;
  const { databaseUrl, redisUrl } = settings;
  const keyring = createKeyring(parseMasterKeys(settings.masterKey));
  const db = connectDb({
    url: databaseUrl,
    poolSize: settings.dbPool,
    onIdleError: () => log.warn('database connection lost'),
  });
  try {
    await checkKeys(db, keyring);
  } catch (error) {
    await db.close();
    throw error;
  }
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const queue = createJobQueue({ redisUrl, databaseUrl, log });
  const doorbell = createNearDoorbell(queue, log);
  const egress = createEgress(settings.vaultAllow);
  const recordBreaker = createBreakerRecorder(db);
  const vaults = createVaultPool({
    db,
    keyring,
    egress,
    allowAmbient: settings.vaultAmbient,
    timeoutMs: settings.vaultTimeoutMs,
    onCall: measureVaultCalls(metrics),
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
  measureBreakers(metrics, vaults);
  measureTargets(metrics, db);

  const values = createValueCache();
  const tools: OperationTools = { db, keyring, vaults, values, failpoint };
  const features = composeFeatures(settings, tools, { db, doorbell });
  const { changes, executions, executor, syncs, importRuns, expiredSecrets } = features;
  const kinds = createVaultKinds({ allowMemory });
  const checks = createProfileChecks({ db, pool: vaults });
  const shared = { db, keyring, kinds, egress, allowAmbient: settings.vaultAmbient };
  const vaultServices = {
    vaults: createVaultService({ ...shared, pool: vaults }),
    profiles: createVaultProfileService({ ...shared, checks }),
    entries: createVaultEntries({ db, pool: vaults }),
  };
  const scanner = createScanner({
    log,
    doorbell: queue,
    intervalMs: settings.scanIntervalMs,
    findDue: () => findDueJobs(db),
    chores: {
      expireChanges: () => changes.expireDue(),
      destroyExpired: () => expiredSecrets.destroyDue(),
      forgetIdempotent: () => forgetIdempotent(db),
      anchorAudit: createAuditAnchor(db, log),
      checkProfiles: () => checks.checkDue(),
    },
  });

  return {
    db,
    keyring,
    queue,
    doorbell,
    metrics,
    routes: composeRoutes(features, vaultServices, { db, keyring, doorbell }),
    authenticate: createAuthenticate(db),
    scanner,
    work: { executions, executor, syncs, imports: importRuns },
    async close() {
      await scanner.stop();
      await queue.close();
      values.clear();
      await vaults.close();
      await checks.settled();
      await db.close();
    },
  };
}

const MOST_DUE_CHANGES = 500;
const MOST_DUE_IMPORTS = 20;

/** What somebody should be rung for. */
async function findDueJobs(db: Db): Promise<Job[]> {
  const [changeIds, profileIds, importIds] = await Promise.all([
    dueChanges(db, MOST_DUE_CHANGES),
    dueProfiles(db),
    dueImports(db, MOST_DUE_IMPORTS),
  ]);
  return [
    ...changeIds.map((changeId) => ({ name: 'run-change', data: { changeId } }) as const),
    ...profileIds.map((profileId) => ({ name: 'sync-profile', data: { profileId } }) as const),
    ...importIds.map((importId) => ({ name: 'run-import', data: { importId } }) as const),
  ];
}

type Features = ReturnType<typeof composeFeatures>;

/** Secrets, approvals and sync: what the one door needs, and what goes through it. */
function composeFeatures(settings: BrokerSettings, tools: OperationTools, on: { db: Db; doorbell: Doorbell }) {
  const { db, doorbell } = on;
  const { keyring } = tools;
  const changeDeps = {
    db,
    keyring,
    doorbell,
    subject: secretSubject,
    leaseMs: settings.leaseMs,
    defaultExpiryHours: settings.changeTtlHours,
  };
  const changes = createChangeService(changeDeps);
  const executor = createChangeExecutor({ db, changes, tools, doorbell });
  const opener = createChangeOpener({ db, changes, executor, tools, doorbell });
  const proposals = createProposals({ db, opener });
  const reader = createSecretReader({ db, tools });
  const shared = { tools, proposals };
  const reviews = createReviewService(changeDeps);
  return {
    changes,
    executor,
    reader,
    executions: createExecutionService({ ...changeDeps, currentActor: actorForStored }),
    reviews,
    catalog: createSecretCatalog({ db }),
    creations: createCreateService({ tools, opener }),
    contents: createContentService({ ...shared, reader }),
    secrets: createSecretService({ db, proposals, recoveryDays: settings.recoveryDays }),
    placements: createPlacementService(shared),
    resubmissions: createResubmissionService({ ...changeDeps, tools }),
    expiredSecrets: createExpiredSecrets({ db, opener }),
    syncs: createSyncRunner({ ...tools, db, leaseMs: settings.leaseMs }),
    imports: createImportService({ keyring, canLabel }),
    importReader: createImportReader({ db }),
    importReviews: createImportReviewService({ db, reviews }),
    importRuns: createImportRunner({
      tools: { ...tools, db },
      importEntry: createImportEntry({ tools, opener }),
      reviews,
      doorbell,
      leaseMs: settings.leaseMs,
      currentActor: actorForStored,
    }),
  };
}

interface VaultServices {
  readonly vaults: VaultService;
  readonly profiles: VaultProfileService;
  readonly entries: VaultEntries;
}

/** The route table: everything the API answers beside health and documentation. */
function composeRoutes(
  features: Features,
  { vaults, profiles, entries }: VaultServices,
  on: { readonly db: Db; readonly keyring: Keyring; readonly doorbell: Doorbell },
): RouteDefinition[] {
  const { db, keyring, doorbell } = on;
  const mutate = createMutate(on);
  return [
    ...accessRoutes({ ...createAccessServices(on), mutate }),
    ...projectRoutes({ projects: createProjectService(on), mutate }),
    ...vaultRoutes({ vaults, mutate }),
    ...vaultProfileRoutes({ profiles, mutate, doorbell }),
    ...vaultEntryRoutes({ entries }),
    ...importRoutes({ ...features, mutate, doorbell }),
    ...approvalProfileRoutes({ approvalProfiles: createApprovalProfileService(on), mutate }),
    ...secretRoutes({ db, ...features }),
    ...versionRoutes({ db, ...features }),
    ...placementRoutes({ db, ...features }),
    ...targetRoutes({ targets: createTargetService({ db, keyring, doorbell }) }),
    ...changeRoutes({
      changes: createChangeReader({ db, subject: secretSubject }),
      reviews: features.reviews,
      wait: createChangeWait(db).settled,
    }),
    ...resubmissionRoutes(features),
    ...auditRoutes({ audit: createAuditService(on) }),
  ];
}

/** A kind that this version does not know keeps no marker. */
async function canLabel(kind: string): Promise<boolean> {
  return adapterKinds().includes(kind) && (await loadAdapterModule(kind)).capabilities.labels;
}
