import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import { asRecord, errorInfo, googleError } from './gcp-secret-manager-answers.ts';
import { type Caller, createGcpAccounts, type GcpAccounts, type Permission } from './gcp-secret-manager-auth.ts';
import { startGrpcFront } from './gcp-secret-manager-grpc.ts';
import {
  accessVersion,
  addVersion,
  changeVersion,
  createSecret,
  deleteSecret,
  getSecret,
  getVersion,
  type Outcome,
  patchSecret,
  refused,
  type SecretCall,
  secretBody,
} from './gcp-secret-manager-secrets.ts';
import {
  createSecretState,
  findSecret,
  type SecretState,
  type StoredSecret,
  storeSecret,
} from './gcp-secret-manager-state.ts';
import type { ListenOptions } from './listener.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

const PROJECT_NUMBER = '481516234200';
const SECRET_ID = /^[A-Za-z0-9_-]{1,255}$/;

export interface GcpEmulatorOptions extends Omit<ScriptedServerOptions, 'emulation' | 'namespaceHeader'> {
  /** The only project; `test-project` when absent. */
  readonly projectId?: string;
  /** A token that may do everything; random when absent. */
  readonly token?: string;
  /** Most secrets on one page, whatever is asked for. */
  readonly pageLimit?: number;
  /** Port for gRPC; any when absent. */
  readonly grpcPort?: number;
}

/** `url`, scripts, barriers, requests and the journal are those of REST; gRPC goes through them too, as the same requests. */
export interface GcpEmulator extends ScriptedServer {
  readonly projectId: string;
  readonly token: string;
  readonly accounts: Pick<GcpAccounts, 'createToken' | 'revoke' | 'createServiceAccount'>;
  readonly grpc: { readonly port: number; readonly connections: number };
  /** Every secret as it is stored, by its resource name. */
  stored(): ReadonlyMap<string, StoredSecret>;
}

/**
 * Google Cloud Secret Manager on the wire: version 1 of its API over REST and gRPC, with one state. Each behaviour follows
 * https://cloud.google.com/secret-manager/docs/reference and the comments of the service's own
 * google/cloud/secretmanager/v1/*.proto; other pages are named where they count.
 */
export async function startGcpEmulator(options: GcpEmulatorOptions = {}): Promise<GcpEmulator> {
  const projectId = options.projectId ?? 'test-project';
  const accounts = createGcpAccounts(projectId);
  const token = accounts.createToken({ permissions: 'all' }, options.token);
  const service: Service = { projectId, accounts, state: createSecretState(), pageLimit: options.pageLimit ?? 25_000 };
  const emulation: Emulation = (request, mode) => answer(service, request, mode);
  const server = await startScriptedServer({ ...options, emulation });
  const { tls, host } = options;
  const listen: ListenOptions = { port: options.grpcPort ?? 0, ...(tls && { tls }), ...(host && { host }) };
  const grpc = await startGrpcFront(server.url, listen);
  const { down, up, close } = server;
  return Object.assign(server, {
    projectId,
    token,
    accounts,
    grpc,
    stored: () => service.state.secrets,
    async down() {
      await Promise.all([grpc.down(), down()]);
    },
    async up() {
      await Promise.all([grpc.up(), up()]);
    },
    async close() {
      await grpc.down();
      await close();
    },
  });
}

interface Service {
  readonly projectId: string;
  readonly accounts: GcpAccounts;
  readonly state: SecretState;
  readonly pageLimit: number;
}

type Mode = 'apply' | 'pretend' | 'stale';

interface Route {
  readonly permission: Permission;
  readonly run: (call: SecretCall) => Outcome;
}

/** By HTTP method, what follows the secret, and the verb behind the colon (google.api.http in service.proto). */
const ROUTES: Readonly<Record<string, Route | undefined>> = {
  'GET secret': { permission: 'secretmanager.secrets.get', run: getSecret },
  'PATCH secret': { permission: 'secretmanager.secrets.update', run: patchSecret },
  'DELETE secret': { permission: 'secretmanager.secrets.delete', run: deleteSecret },
  'POST secret:addVersion': { permission: 'secretmanager.versions.add', run: addVersion },
  'GET version': { permission: 'secretmanager.versions.get', run: getVersion },
  'GET version:access': { permission: 'secretmanager.versions.access', run: accessVersion },
  'POST version:enable': { permission: 'secretmanager.versions.enable', run: (call) => changeVersion('enable', call) },
  'POST version:disable': {
    permission: 'secretmanager.versions.disable',
    run: (call) => changeVersion('disable', call),
  },
  'POST version:destroy': {
    permission: 'secretmanager.versions.destroy',
    run: (call) => changeVersion('destroy', call),
  },
};

const PATH =
  /^\/v1\/projects\/([^/]+)(?:\/locations\/([^/]+))?\/secrets(?:\/([^/:]+)(?:\/versions\/([^/:]+))?(?::([A-Za-z]+))?)?$/;

function answer(service: Service, request: EmulatedRequest, mode: Mode): EmulatedAnswer {
  const [, project, location, id, version, verb] = PATH.exec(decodeURIComponent(request.path)) ?? [];
  const caller = service.accounts.authenticate(request);
  if (!caller) return googleError('UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  if (project === undefined) return googleError('NOT_FOUND', 'Method not found.');
  if (project !== service.projectId && project !== PROJECT_NUMBER) {
    return googleError(
      'PERMISSION_DENIED',
      `Permission denied on resource project ${project}.`,
      errorInfo('CONSUMER_INVALID'),
    );
  }
  const parent = `projects/${PROJECT_NUMBER}${location === undefined ? '' : `/locations/${location}`}`;
  const body = parseBody(request.body);
  if (body === undefined) return googleError('INVALID_ARGUMENT', 'Invalid JSON payload received.');
  if (id === undefined) return answerCollection(service, request, { caller, parent, body, mode });
  const route = ROUTES[`${request.method} ${version === undefined ? 'secret' : 'version'}${verb ? `:${verb}` : ''}`];
  if (!route) return googleError('NOT_FOUND', 'Method not found.');
  const resource = `${parent}/secrets/${id}`;
  if (!holds(caller, route.permission)) return denied(route.permission, resource);
  // "adding a secret version and then immediately accessing that secret version by version number is strongly consistent"
  // (https://cloud.google.com/secret-manager/docs/reference/consistency); all else may be old.
  const stale = mode === 'stale' && !/^[0-9]+$/.test(version ?? '');
  const secret = findSecret(service.state, resource, stale);
  const { query } = request;
  return settle(
    service,
    resource,
    mode,
    route.run({
      resource,
      regional: location !== undefined,
      secret,
      version: version ?? '',
      query,
      body,
      now: new Date(),
    }),
  );
}

interface Collection {
  readonly caller: Caller;
  readonly parent: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly mode: Mode;
}

function answerCollection(service: Service, request: EmulatedRequest, on: Collection): EmulatedAnswer {
  const { caller, parent, body, mode } = on;
  if (request.method === 'GET') {
    if (!holds(caller, 'secretmanager.secrets.list')) return denied('secretmanager.secrets.list', parent);
    return list(service, request.query, parent, mode === 'stale');
  }
  if (request.method !== 'POST') return googleError('NOT_FOUND', 'Method not found.');
  if (!holds(caller, 'secretmanager.secrets.create')) return denied('secretmanager.secrets.create', parent);
  const id = request.query.get('secretId') ?? '';
  if (!SECRET_ID.test(id)) return googleError('INVALID_ARGUMENT', 'The secret id is not valid.');
  const resource = `${parent}/secrets/${id}`;
  const secret = service.state.secrets.get(resource);
  const regional = parent.includes('/locations/');
  const call = { resource, regional, secret, version: '', query: request.query, body, now: new Date() };
  return settle(service, resource, mode, createSecret(call));
}

function settle(service: Service, resource: string, mode: Mode, outcome: Outcome): EmulatedAnswer {
  const { answer: given, change } = outcome;
  if (!change) return given;
  if (mode === 'apply') storeSecret(service.state, resource, change.secret);
  const version = change.version === undefined ? undefined : String(change.version);
  return { ...given, applied: { kind: change.kind, path: resource, version } };
}

/** projects.secrets.list: pages of any length up to what was asked for, each with the way to the next. */
function list({ state, pageLimit }: Service, query: URLSearchParams, parent: string, stale: boolean): EmulatedAnswer {
  const asked = Number(query.get('pageSize') || pageLimit);
  if (!Number.isInteger(asked) || asked < 0) return refused('INVALID_ARGUMENT', 'The page size is not valid.').answer;
  const size = Math.min(asked === 0 ? pageLimit : asked, pageLimit, 25_000);
  const names = [...new Set([...state.secrets.keys(), ...(stale ? state.before.keys() : [])])];
  const inside = names.filter((name) => name.startsWith(`${parent}/secrets/`)).sort();
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const rest = inside.filter((name) => name > after && findSecret(state, name, stale) !== undefined);
  const page = rest.slice(0, size);
  const secrets = page.flatMap((name) => {
    const secret = findSecret(state, name, stale);
    return secret ? [secretBody(name, secret)] : [];
  });
  const more = rest.length > page.length && { nextPageToken: Buffer.from(page.at(-1) ?? '').toString('base64url') };
  return { status: 200, body: { ...(secrets.length > 0 && { secrets, totalSize: inside.length }), ...more } };
}

function holds({ permissions }: Caller, permission: Permission): boolean {
  return permissions === 'all' || permissions.includes(permission);
}

function denied(permission: Permission, resource: string): EmulatedAnswer {
  return googleError(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
  );
}

function parseBody(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return {};
  try {
    return asRecord(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}
