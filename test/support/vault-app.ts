import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { accessRoutes } from '../../src/access/access-routes.ts';
import { createAccessServices } from '../../src/access/access-services.ts';
import { createAuthenticate } from '../../src/access/authenticate.ts';
import { bootstrapInstallation } from '../../src/access/bootstrap.ts';
import { createApp } from '../../src/api/app.ts';
import type { RouteDefinition } from '../../src/api/route.ts';
import { approvalProfileRoutes } from '../../src/approvals/approval-profile-routes.ts';
import { createApprovalProfileService } from '../../src/approvals/approval-profile-service.ts';
import { composeActions } from '../../src/compose-actions.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../src/db.ts';
import type { Job } from '../../src/jobs/definitions.ts';
import { projectRoutes } from '../../src/projects/project-routes.ts';
import { createProjectService } from '../../src/projects/project-service.ts';
import { SECRET_TYPES } from '../../src/secrets/payload/secret-type.ts';
import { createRelocateSources } from '../../src/secrets/relocate-sources.ts';
import { createEgress } from '../../src/vaults/egress.ts';
import { createProfileChecks, type ProfileChecks } from '../../src/vaults/profile-checks.ts';
import type { VaultPool } from '../../src/vaults/vault.ts';
import { createVaultEntries } from '../../src/vaults/vault-entries.ts';
import { vaultEntryRoutes } from '../../src/vaults/vault-entry-routes.ts';
import { createVaultKinds } from '../../src/vaults/vault-kinds.ts';
import { createVaultPool } from '../../src/vaults/vault-pool.ts';
import { vaultProfileRoutes } from '../../src/vaults/vault-profile-routes.ts';
import { createVaultProfileService } from '../../src/vaults/vault-profile-service.ts';
import { vaultRoutes } from '../../src/vaults/vault-routes.ts';
import { createVaultService } from '../../src/vaults/vault-service.ts';
import { loopbackAllowed, resolveFrom } from './adapter-ports.ts';
import { type ApiClient, apiClient, serve } from './api-client.ts';
import { documentedRepliesOnly } from './documented-replies.ts';
import { governedDoor } from './governed.ts';
import { createTestDatabase } from './template-db.ts';

export interface VaultApp {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly pool: VaultPool;
  readonly checks: ProfileChecks;
  readonly routes: readonly RouteDefinition[];
  readonly organizationId: string;
  readonly admin: ApiClient;
  /** An administrator of another organization. */
  readonly stranger: ApiClient;
  /** Doorbells rung so far. */
  readonly rung: readonly Job[];
  /** A person with one role, in the whole organization unless a project is given. */
  person(name: string, role: string, projectId?: string): Promise<{ id: string; call: ApiClient }>;
  log(): string;
  close(): Promise<void>;
}

export interface VaultAppOptions {
  /** Names that resolve, with their addresses. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

/** Vaults, profiles and approval profiles over real HTTP and a real database, without secrets, queue and workers. */
export async function startVaultApp(options: VaultAppOptions = {}): Promise<VaultApp> {
  const database = await createTestDatabase();
  const db = connectDb({ url: database.url, poolSize: 10 });
  const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
  const setup = await bootstrapInstallation(db, keyring);
  if (setup === undefined) throw new Error('the test database is not empty');
  const egress = createEgress(loopbackAllowed, resolveFrom(options.names ?? {}));
  const pool = createVaultPool({ db, keyring, egress, allowAmbient: false, timeoutMs: 2_000 });
  const rung: Job[] = [];
  const lines: string[] = [];
  const kinds = createVaultKinds({ allowMemory: true });
  const checks = createProfileChecks({ db, pool });
  const vaultDeps = { db, keyring, kinds, egress, allowAmbient: false };
  const access = createAccessServices({ db, keyring });
  const vaults = createVaultService({ ...vaultDeps, pool });
  const profiles = createVaultProfileService({
    ...{ ...vaultDeps, checks },
    relocateSources: createRelocateSources({ keyring }),
  });
  const approvalProfiles = createApprovalProfileService({ db, keyring, secretTypes: SECRET_TYPES });
  const actions = composeActions({ access, vaults, profiles, approvalProfiles }, keyring);
  const door = governedDoor({ db, keyring });
  const ring = (...jobs: Job[]) => void rung.push(...jobs);
  const routes = [
    ...accessRoutes({ ...access, ...door, actions }),
    ...projectRoutes({ projects: createProjectService({ db, keyring }), ...door }),
    ...vaultRoutes({ vaults, ...door, actions }),
    ...vaultProfileRoutes({ profiles, ...door, actions, doorbell: { ring } }),
    ...vaultEntryRoutes({ entries: createVaultEntries({ db, pool }) }),
    ...approvalProfileRoutes({ approvalProfiles, ...door, actions }),
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
  const admin = apiClient(server.url, setup.token);
  return {
    db,
    keyring,
    pool,
    checks,
    routes,
    organizationId: setup.organizationId,
    admin,
    stranger: await foundNeighbour(admin),
    rung,
    person: (name, role, projectId) => addPerson(admin, name, role, projectId),
    log: () => lines.join(''),
    async close() {
      await server.close();
      await pool.close();
      await db.close();
      await database.drop();
    },
  };
}

async function foundNeighbour(admin: ApiClient): Promise<ApiClient> {
  const founded = await admin('POST', '/v1/organizations', {
    slug: 'neighbour',
    name: 'Neighbour',
    administrator: { name: 'Stranger', email: 'stranger@example.com' },
  });
  if (founded.status !== 201) throw new Error(founded.text);
  return admin.as(String(founded.json.token));
}

async function addPerson(admin: ApiClient, name: string, role: string, projectId?: string) {
  const person = await admin('POST', '/v1/users', { name, email: `${name}@example.com` });
  const id = String(person.json.id);
  const grant = { subjectType: 'person', subjectId: id, role, ...(projectId !== undefined && { projectId }) };
  const granted = await admin('POST', '/v1/role-grants', grant);
  const token = await admin('POST', '/v1/tokens', { name: `${name}'s`, userId: id });
  if (granted.status !== 201 || token.status !== 201) throw new Error(granted.text + token.text);
  return { id, call: admin.as(String(token.json.token)) };
}
