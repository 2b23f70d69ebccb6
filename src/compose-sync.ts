import type { Mutate } from './api/mutation.ts';
import type { RouteDefinition } from './api/route.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Db } from './db.ts';
import type { Doorbell } from './jobs/doorbell.ts';
import type { Backlog } from './sync/backlog.ts';
import { forgetPermits } from './sync/delete-fuse-store.ts';
import { freshnessRoutes } from './sync/freshness-routes.ts';
import type { FreshnessService } from './sync/freshness-service.ts';
import { fuseRoutes } from './sync/fuse-routes.ts';
import { createFuseService } from './sync/fuse-service.ts';
import { createLeftEntries, type LeftEntriesDeps } from './sync/left-entries.ts';
import type { PlanReader } from './sync/plan-reader.ts';
import { planRoutes } from './sync/plan-routes.ts';
import { createRemovedCopies } from './sync/removed-copies.ts';
import { syncControlRoutes } from './sync/sync-control-routes.ts';
import { createSyncControl } from './sync/sync-control-service.ts';
import { targetRoutes } from './sync/target-routes.ts';
import { createTargetService } from './sync/target-service.ts';

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
    ...freshnessRoutes(on),
  ];
}
