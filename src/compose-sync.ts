import { actorForStored } from './access/actor-store.ts';
import type { Mutate } from './api/mutation.ts';
import type { RouteDefinition } from './api/route.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Db } from './db.ts';
import type { Doorbell } from './jobs/doorbell.ts';
import type { Log } from './log.ts';
import type { ContentService } from './secrets/content-service.ts';
import type { OperationTools } from './secrets/operations/operation.ts';
import type { Backlog } from './sync/backlog.ts';
import { forgetPermits } from './sync/delete-fuse-store.ts';
import { createDriftScan, type DriftScan } from './sync/drift-scan.ts';
import { freshnessRoutes } from './sync/freshness-routes.ts';
import type { FreshnessService } from './sync/freshness-service.ts';
import { fuseRoutes } from './sync/fuse-routes.ts';
import { createFuseService } from './sync/fuse-service.ts';
import { createLeftEntries, type LeftEntriesDeps } from './sync/left-entries.ts';
import { createOutsideValues } from './sync/outside-values.ts';
import type { PlanReader } from './sync/plan-reader.ts';
import { planRoutes } from './sync/plan-routes.ts';
import { createRemovedCopies } from './sync/removed-copies.ts';
import { syncControlRoutes } from './sync/sync-control-routes.ts';
import { createSyncControl } from './sync/sync-control-service.ts';
import { createSyncLanes, type SyncLanes } from './sync/sync-lanes.ts';
import { createSyncMapReader } from './sync/sync-map-reader.ts';
import { syncMapRoutes } from './sync/sync-map-routes.ts';
import { createSyncRunner } from './sync/sync-runner.ts';
import { targetRoutes } from './sync/target-routes.ts';
import { createTargetRuns } from './sync/target-runs.ts';
import { createTargetService } from './sync/target-service.ts';
import { organizationOfProfile, type SyncTiming } from './sync/target-store.ts';
import type { WatchTarget } from './sync/watched-target.ts';

export type SyncChores = ReturnType<typeof composeSyncChores>;

/** What sync leaves to tidy up and to watch. */
export function composeSyncChores(deps: LeftEntriesDeps, freshness: FreshnessService) {
  const leftEntries = createLeftEntries(deps);
  const removedCopies = createRemovedCopies(deps);
  return {
    clearLeftEntries: () => leftEntries.clearDue(),
    eraseRemovedCopies: () => removedCopies.erase(),
    forgetPermits: () => forgetPermits(deps.db),
    watchFreshness: () => freshness.watch(),
  };
}

/** What workers do about copies. */
export interface SyncWork {
  readonly syncs: ReturnType<typeof createSyncRunner>;
  readonly lanes: SyncLanes;
  readonly scans: DriftScan;
  readonly scanLanes: SyncLanes;
}

/** Profiles whose copies are looked at at once in this process, beside those to which something is carried. */
const SCAN_LANES = 64;

export function composeSyncWork(
  timing: SyncTiming,
  on: Omit<OperationTools, 'db'> & {
    readonly db: Db;
    readonly log: Log;
    readonly watch: WatchTarget;
    readonly contents: ContentService;
  },
): SyncWork {
  const { db, keyring, log, contents } = on;
  const runs = createTargetRuns({ ...on, timing });
  const outside = createOutsideValues({ db, keyring, contents, currentActor: actorForStored });
  const syncs = createSyncRunner({ ...on, runs });
  const scans = createDriftScan({ ...on, runs, outside });
  const organizationOf = (profileId: string) => organizationOfProfile(db, profileId);
  return {
    syncs,
    scans,
    lanes: createSyncLanes({ run: syncs.run, organizationOf, log }),
    scanLanes: createSyncLanes({ run: scans.scan, organizationOf, log, limit: SCAN_LANES }),
  };
}

/** What the API answers about copies: where they stand, what will be done, and what holds it back. */
export function composeSyncRoutes(on: {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly doorbell: Doorbell;
  readonly mutate: Mutate;
  readonly plans: PlanReader;
  readonly backlog: Backlog;
  readonly freshness: FreshnessService;
}): RouteDefinition[] {
  return [
    ...planRoutes(on),
    ...fuseRoutes({ ...on, fuse: createFuseService(on) }),
    ...targetRoutes({ targets: createTargetService(on) }),
    ...syncControlRoutes({ ...on, control: createSyncControl(on) }),
    ...syncMapRoutes({ map: createSyncMapReader(on) }),
    ...freshnessRoutes(on),
  ];
}
