import type { RouteDefinition } from './api/route.ts';
import type { ChangeService } from './approvals/change-service.ts';
import type { Db } from './db.ts';
import type { Doorbell } from './jobs/doorbell.ts';
import { createBulkReader } from './secrets/bulk-reader.ts';
import { createBulkWriteService } from './secrets/bulk-write-service.ts';
import type { ContentService } from './secrets/content-service.ts';
import type { CreateService } from './secrets/create-service.ts';
import { expiringRoutes } from './secrets/expiring-routes.ts';
import { createFolderReader } from './secrets/folder-reader.ts';
import { folderRoutes } from './secrets/folder-routes.ts';
import { createGroupOpener } from './secrets/group-opener.ts';
import type { OperationTools } from './secrets/operations/operation.ts';
import { type OutsideRouteDeps, outsideRoutes } from './secrets/outside-routes.ts';
import { type PlacementRouteDeps, placementRoutes } from './secrets/placement-routes.ts';
import type { Proposals } from './secrets/proposals.ts';
import { type ReadRouteDeps, readRoutes } from './secrets/read-routes.ts';
import { createSecretCatalog } from './secrets/secret-catalog.ts';
import type { SecretReader } from './secrets/secret-reader.ts';
import { type SecretRouteDeps, secretRoutes } from './secrets/secret-routes.ts';
import { createUpsertService } from './secrets/upsert-service.ts';
import { type VersionRouteDeps, versionRoutes } from './secrets/version-routes.ts';
import { type WriteRouteDeps, writeRoutes } from './secrets/write-routes.ts';

/** What finds secrets, and reads and writes several at once or by name. */
export function composeBulk(on: {
  readonly db: Db;
  readonly tools: OperationTools;
  readonly changes: ChangeService;
  readonly doorbell: Doorbell;
  readonly assertRoom: (organizationId: string) => Promise<void>;
  readonly proposals: Proposals;
  readonly creations: CreateService;
  readonly contents: ContentService;
  readonly reader: SecretReader;
}) {
  const { db, tools, reader } = on;
  const upserts = createUpsertService(on);
  const groups = createGroupOpener(on);
  return {
    catalog: createSecretCatalog({ db }),
    bulkReader: createBulkReader({ reader }),
    upserts,
    bulkWrites: createBulkWriteService({ db, vaults: tools.vaults, upserts, groups }),
  };
}

type SecretDeps = SecretRouteDeps &
  VersionRouteDeps &
  ReadRouteDeps &
  WriteRouteDeps &
  PlacementRouteDeps &
  OutsideRouteDeps & { readonly db: Db };

/** The routes of secrets and their versions. */
export function composeSecretRoutes(deps: SecretDeps): RouteDefinition[] {
  return [
    ...expiringRoutes(deps),
    ...folderRoutes({ folders: createFolderReader(deps) }),
    ...secretRoutes(deps),
    ...versionRoutes(deps),
    ...readRoutes(deps),
    ...writeRoutes(deps),
    ...placementRoutes(deps),
    ...outsideRoutes(deps),
  ];
}
