import { randomBytes } from 'node:crypto';
import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import {
  createSecret,
  createSecretStore,
  deleteSecret,
  getSecret,
  listSecrets,
  replaceSecret,
  type SecretRequest,
  type SecretStore,
} from './kubernetes-secrets.ts';
import { asJson, badRequest, forbidden, isJson, type Json, status, unauthorized } from './kubernetes-status.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'delete';

/** One rule of a Role in a namespace: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface RoleRule {
  readonly namespace: string;
  readonly verbs: readonly Verb[];
  /** Only these; `create` and `list` are never granted by a rule that has it. */
  readonly names?: readonly string[];
}

export interface User {
  readonly name: string;
  /** `admin` may do everything. */
  readonly rules: 'admin' | readonly RoleRule[];
}

export interface KubernetesEmulatorOptions extends Omit<ScriptedServerOptions, 'emulation' | 'namespaceHeader'> {
  /** The administrator's token; random when absent. */
  readonly token?: string;
  readonly namespaces?: readonly string[];
}

export interface KubernetesEmulator extends ScriptedServer {
  readonly token: string;
  /** Lets somebody in, by bearer token or by the common name of a client certificate. */
  addUser(user: User, by: { readonly token?: string; readonly commonName?: string }): void;
  revoke(token: string): void;
  /** The Secret as it is stored. */
  stored(namespace: string, name: string): Json | undefined;
  /** All of them, by namespace and name. */
  all(): ReadonlyMap<string, Json>;
  /** Forgets the snapshots of listings under way, as the compaction of etcd does. */
  compact(): void;
}

interface Cluster {
  readonly store: SecretStore;
  readonly byToken: Map<string, User>;
  readonly byName: Map<string, User>;
}

/**
 * The Secrets of an API server on the wire: https://kubernetes.io/docs/reference/using-api/api-concepts/, authentication,
 * RBAC and access reviews; the page is named where a behaviour is implemented.
 */
export async function startKubernetesEmulator(options: KubernetesEmulatorOptions = {}): Promise<KubernetesEmulator> {
  const token = options.token ?? randomBytes(24).toString('base64url');
  const cluster: Cluster = {
    store: createSecretStore(options.namespaces ?? []),
    byToken: new Map([[token, { name: 'admin', rules: 'admin' }]]),
    byName: new Map(),
  };
  const emulation: Emulation = (request, mode) => answer(cluster, request, mode);
  const server = await startScriptedServer({ ...options, emulation });
  return Object.assign(server, {
    token,
    addUser(user: User, by: { readonly token?: string; readonly commonName?: string }) {
      if (by.token !== undefined) cluster.byToken.set(by.token, user);
      if (by.commonName !== undefined) cluster.byName.set(by.commonName, user);
    },
    revoke: (revoked: string) => void cluster.byToken.delete(revoked),
    stored: (namespace: string, name: string) => cluster.store.secrets.get(`${namespace}/${name}`),
    all: () => cluster.store.secrets,
    compact: () => cluster.store.pages.clear(),
  });
}

const SECRETS = /^\/api\/v1\/namespaces\/([^/]+)\/secrets(?:\/([^/]+))?$/;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

function answer(cluster: Cluster, request: EmulatedRequest, mode: SecretRequest['mode']): EmulatedAnswer {
  const user = authenticate(cluster, request);
  if (!user) return unauthorized();
  const body = parseBody(request.body);
  if (!body) return badRequest('the object provided is unrecognized (must be of type Secret)');
  if (request.path === REVIEWS && request.method === 'POST') return review(user, body);
  const route = SECRETS.exec(request.path);
  if (!route) return status(404, 'NotFound', 'the server could not find the requested resource', {});
  const [, namespace = '', name = ''] = route.map((part) => decodeURIComponent(part ?? ''));
  const verb = verbOf(request.method, name);
  if (!verb) return status(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  if (!allows(user, verb, namespace, name)) return forbidden(user.name, verb, namespace, name);
  const metadataOnly = String(request.headers.accept).includes('as=PartialObjectMetadataList');
  return VERBS[verb](cluster.store, { namespace, name, query: request.query, body, metadataOnly, mode });
}

const VERBS: Readonly<Record<Verb, (store: SecretStore, request: SecretRequest) => EmulatedAnswer>> = {
  get: getSecret,
  list: listSecrets,
  create: createSecret,
  update: replaceSecret,
  delete: deleteSecret,
};

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb */
function verbOf(method: string, name: string): Verb | undefined {
  if (name === '') return method === 'GET' ? 'list' : method === 'POST' ? 'create' : undefined;
  const verbs: Readonly<Record<string, Verb>> = { GET: 'get', PUT: 'update', DELETE: 'delete' };
  return verbs[method];
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/: a bearer token, or a client certificate. */
function authenticate({ byToken, byName }: Cluster, { headers, peerName }: EmulatedRequest): User | undefined {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (token !== undefined) return byToken.get(token);
  return peerName === undefined ? undefined : byName.get(peerName);
}

function allows(user: User, verb: Verb, namespace: string, name: string): boolean {
  if (user.rules === 'admin') return true;
  return user.rules.some((rule) => {
    if (rule.namespace !== namespace || !rule.verbs.includes(verb)) return false;
    return rule.names === undefined || (name !== '' && verb !== 'create' && rule.names.includes(name));
  });
}

/** "Checking API access": everybody may ask for himself (the role system:basic-user). */
function review(user: User, body: Json): EmulatedAnswer {
  const { namespace, verb, resource, name } = asJson(asJson(body.spec).resourceAttributes);
  const allowed = resource === 'secrets' && allows(user, verb as Verb, String(namespace), String(name ?? ''));
  return { status: 201, body: { ...body, status: { allowed } } };
}

function parseBody(body: Buffer): Json | undefined {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isJson(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
