import { randomUUID } from 'node:crypto';
import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import { denied, forbidden, invalidArgument, unknownRoute } from './scaleway-errors.ts';
import {
  accessVersion,
  createSecret,
  createVersion,
  deleteSecret,
  type EmulatedSecret,
  getVersion,
  type Json,
  listSecrets,
  listVersions,
  onSecret,
  restoreSecret,
  type SecretCall,
  type SecretStore,
  setStatus,
  shownSecret,
  updateSecret,
} from './scaleway-secrets.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

/** What a permission set allows: https://www.scaleway.com/en/docs/iam/reference-content/permission-sets/ */
export type Permission = 'read' | 'access' | 'create' | 'write' | 'delete' | 'restore';

export interface ScalewayEmulatorOptions extends Omit<ScriptedServerOptions, 'emulation' | 'namespaceHeader'> {
  readonly region?: string;
  /** A secret key that may do everything; random when absent. */
  readonly secretKey?: string;
  readonly namesStayTaken?: boolean;
}

export interface ScalewayEmulator extends ScriptedServer {
  readonly region: string;
  readonly secretKey: string;
  addKey(secretKey: string, permissions: readonly Permission[]): void;
  revoke(secretKey: string): void;
  /** Every secret as it is stored, those that wait for deletion as well. */
  stored(): readonly EmulatedSecret[];
  /** What no request can do: `managed`, `locked`, `ephemeralPolicy` and the like. */
  alter(id: string, change: Partial<EmulatedSecret>): void;
}

/**
 * Scaleway Secret Manager v1beta1 on the wire: https://www.scaleway.com/en/developers/api/secret-manager/, answers as
 * recorded in the tests of Scaleway's Terraform provider (internal/services/secret/testdata).
 */
export async function startScalewayEmulator(options: ScalewayEmulatorOptions = {}): Promise<ScalewayEmulator> {
  const region = options.region ?? 'fr-par';
  const secretKey = options.secretKey ?? randomUUID();
  const keys = new Map<string, readonly Permission[]>([
    [secretKey, ['read', 'access', 'create', 'write', 'delete', 'restore']],
  ]);
  const { namesStayTaken = false } = options;
  const store: SecretStore = { region, namesStayTaken, secrets: new Map(), before: new Map() };
  const emulation: Emulation = (request, mode) => answer(store, keys, request, mode);
  const server = await startScriptedServer({ ...options, emulation });
  return Object.assign(server, {
    region,
    secretKey,
    addKey: (key: string, permissions: readonly Permission[]) => void keys.set(key, permissions),
    revoke: (key: string) => void keys.delete(key),
    stored: () => [...store.secrets.values()],
    alter(id: string, change: Partial<EmulatedSecret>) {
      const secret = store.secrets.get(id);
      if (secret) store.secrets = new Map(store.secrets).set(id, { ...secret, ...change });
    },
  });
}

interface Route {
  readonly pattern: RegExp;
  readonly permission: Permission;
  readonly work: (store: SecretStore, call: SecretCall) => EmulatedAnswer;
}

const getSecret: Route['work'] = (store, call) => {
  const secret = store.secrets.get(call.id);
  // One that waits for its deletion is still shown.
  if (secret) return { status: 200, body: shownSecret(secret, store.region) };
  return onSecret(store, call, () => unknownRoute());
};

const ROUTES: readonly Route[] = [
  { pattern: /^GET $/, permission: 'read', work: listSecrets },
  { pattern: /^POST $/, permission: 'create', work: createSecret },
  { pattern: /^GET \/([^/]+)$/, permission: 'read', work: getSecret },
  { pattern: /^PATCH \/([^/]+)$/, permission: 'write', work: updateSecret },
  { pattern: /^DELETE \/([^/]+)$/, permission: 'delete', work: deleteSecret },
  { pattern: /^POST \/([^/]+)\/restore$/, permission: 'restore', work: restoreSecret },
  { pattern: /^GET \/([^/]+)\/versions$/, permission: 'read', work: listVersions },
  { pattern: /^POST \/([^/]+)\/versions$/, permission: 'create', work: createVersion },
  { pattern: /^GET \/([^/]+)\/versions\/([^/]+)$/, permission: 'read', work: getVersion },
  { pattern: /^GET \/([^/]+)\/versions\/([^/]+)\/access$/, permission: 'access', work: accessVersion },
  { pattern: /^DELETE \/([^/]+)\/versions\/([^/]+)$/, permission: 'delete', work: setStatus('scheduled_for_deletion') },
  { pattern: /^POST \/([^/]+)\/versions\/([^/]+)\/enable$/, permission: 'write', work: setStatus('enabled') },
  { pattern: /^POST \/([^/]+)\/versions\/([^/]+)\/disable$/, permission: 'write', work: setStatus('disabled') },
];

function answer(
  store: SecretStore,
  keys: ReadonlyMap<string, readonly Permission[]>,
  request: EmulatedRequest,
  mode: SecretCall['mode'],
): EmulatedAnswer {
  const token = request.headers['x-auth-token'];
  const permissions = typeof token === 'string' ? keys.get(token) : undefined;
  if (!permissions) return denied();
  const root = `/secret-manager/v1beta1/regions/${store.region}/secrets`;
  if (!request.path.startsWith(root)) return unknownRoute();
  const rest = `${request.method} ${request.path.slice(root.length)}`;
  for (const { pattern, permission, work } of ROUTES) {
    const match = pattern.exec(rest);
    if (!match) continue;
    if (!permissions.includes(permission)) return forbidden('secret_manager_secret', permission);
    const body = parseBody(request.body);
    if (!body) return invalidArgument('body', 'format', 'invalid JSON');
    return work(store, { id: match[1] ?? '', revision: match[2] ?? '', query: request.query, body, mode });
  }
  return unknownRoute();
}

function parseBody(body: Buffer): Json | undefined {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
}
