import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createAccessActions } from '../../src/access/access-actions.ts';
import { accessRoutes } from '../../src/access/access-routes.ts';
import { createAccessServices } from '../../src/access/access-services.ts';
import { createAuthenticate } from '../../src/access/authenticate.ts';
import { bootstrapInstallation } from '../../src/access/bootstrap.ts';
import { createApp } from '../../src/api/app.ts';
import type { RouteDefinition } from '../../src/api/route.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../src/db.ts';
import { projectRoutes } from '../../src/projects/project-routes.ts';
import { createProjectService } from '../../src/projects/project-service.ts';
import { type ApiClient, apiClient, serve } from './api-client.ts';
import { documentedRepliesOnly } from './documented-replies.ts';
import { governedDoor } from './governed.ts';
import { createTestDatabase } from './template-db.ts';

export interface AccessApp {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly routes: readonly RouteDefinition[];
  readonly url: string;
  /** As the first administrator of the installation. */
  readonly admin: ApiClient;
  readonly organizationId: string;
  /** Everything logged so far. */
  log(): string;
  close(): Promise<void>;
}

/** Access and projects over real HTTP and a real database, without vaults, queue and workers. */
export async function startAccessApp(): Promise<AccessApp> {
  const database = await createTestDatabase();
  const db = connectDb({ url: database.url, poolSize: 10 });
  const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
  const setup = await bootstrapInstallation(db, keyring);
  if (setup === undefined) throw new Error('the test database is not empty');
  const lines: string[] = [];
  const deps = { db, keyring };
  const access = createAccessServices(deps);
  const actions = createAccessActions(access);
  const door = governedDoor(deps);
  const routes = [
    ...accessRoutes({ ...access, ...door, actions }),
    ...projectRoutes({ projects: createProjectService(deps), ...door }),
  ];
  const app = createApp({
    routes,
    authenticate: createAuthenticate(db),
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    metrics: new Registry(),
    readiness: { database: () => db.query('select 1') },
    version: '0.0.0-test',
    inspectReply: documentedRepliesOnly,
  });
  const server = await serve(app);
  return {
    db,
    keyring,
    routes,
    url: server.url,
    admin: apiClient(server.url, setup.token),
    organizationId: setup.organizationId,
    log: () => lines.join(''),
    async close() {
      await server.close();
      await db.close();
      await database.drop();
    },
  };
}
