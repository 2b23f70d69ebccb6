import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import { envelope, errors } from './hashicorp-vault-answers.ts';
import { type Capability, createTokens, mayDo, seesMount, type Tokens } from './hashicorp-vault-auth.ts';
import { answerKv, createKvMount, type KvMount } from './hashicorp-vault-kv.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

/** "max_request_size": 32 MiB unless the listener says otherwise (Vault, TCP listener configuration). */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

export interface VaultEmulatorOptions extends Omit<ScriptedServerOptions, 'emulation' | 'namespaceHeader'> {
  /** The root token; random when absent. */
  readonly token?: string;
  /** KV version 2 mounts in every namespace. */
  readonly mounts?: readonly string[];
  /** Namespaces beside the root. */
  readonly namespaces?: readonly string[];
}

export interface VaultEmulator extends ScriptedServer {
  readonly token: string;
  readonly tokens: Pick<Tokens, 'create' | 'revoke' | 'revokeAll' | 'addAppRole'>;
  seal(sealed: boolean): void;
  /** Every key as it is stored, by namespace, mount and path. */
  stored(): ReadonlyMap<string, unknown>;
}

/**
 * HashiCorp Vault on the wire: KV version 2, namespaces, tokens, AppRole, policies, seal. Each behaviour follows
 * https://developer.hashicorp.com/vault/api-docs; the page is named where it is implemented.
 */
export async function startVaultEmulator(options: VaultEmulatorOptions = {}): Promise<VaultEmulator> {
  const state: VaultState = {
    sealed: false,
    tokens: createTokens(),
    mounts: new Map(),
  };
  for (const namespace of ['', ...(options.namespaces ?? [])]) {
    for (const mount of options.mounts ?? ['secret']) state.mounts.set(join(namespace, mount), createKvMount());
  }
  const token = state.tokens.create({ policy: 'root' }, options.token);
  const emulation: Emulation = (request, mode) => answer(state, request, mode);
  const server = await startScriptedServer({ ...options, emulation, namespaceHeader: 'x-vault-namespace' });
  return Object.assign(server, {
    token,
    tokens: state.tokens,
    seal(sealed: boolean) {
      state.sealed = sealed;
    },
    stored: () =>
      new Map(
        [...state.mounts].flatMap(([place, { keys }]) => [...keys].map(([key, one]) => [`${place}/${key}`, one])),
      ),
  });
}

interface VaultState {
  sealed: boolean;
  readonly tokens: Tokens;
  readonly mounts: Map<string, KvMount>;
}

type Mode = 'apply' | 'pretend' | 'stale';

function answer(state: VaultState, request: EmulatedRequest, mode: Mode): EmulatedAnswer {
  if (!request.path.startsWith('/v1/')) return errors(404);
  const route = request.path.slice(4).split('/').map(decodeURIComponent).join('/');
  // https://developer.hashicorp.com/vault/api-docs/system/health: 503 while sealed, without a token.
  if (route === 'sys/health') {
    return { status: state.sealed ? 503 : 200, body: { initialized: true, sealed: state.sealed, standby: false } };
  }
  if (state.sealed) return errors(503, 'Vault is sealed');
  if (request.body.length > MAX_REQUEST_BYTES) return errors(413, 'request body too large');
  const body = parseBody(request.body);
  if (body === MALFORMED) return errors(400, 'failed to parse JSON input');
  if (/^auth\/.+\/login$/.test(route)) {
    return route === 'auth/approle/login' ? state.tokens.logIn(request, body) : errors(403, 'permission denied');
  }
  const token = state.tokens.authenticate(request);
  // "permission denied" for a bad token and for a missing right alike; newer servers add "invalid token".
  if (!token) return errors(403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n');
  const own = state.tokens.answer(request, route, token);
  if (own) return own;
  const prefix = 'sys/internal/ui/mounts/';
  if (route.startsWith(prefix)) {
    const name = route.slice(prefix.length);
    return seesMount(token, name) ? describeMount(state, join(request.namespace, name)) : preflightDenied();
  }
  return answerMount(state, request, { route, body, mode, token });
}

interface Routed {
  readonly route: string;
  readonly body: unknown;
  readonly mode: Mode;
  readonly token: NonNullable<ReturnType<Tokens['authenticate']>>;
}

function answerMount(
  state: VaultState,
  request: EmulatedRequest,
  { route, body, mode, token }: Routed,
): EmulatedAnswer {
  const full = join(request.namespace, route);
  const place = findMount(state, full);
  const rest = place === undefined ? '' : full.slice(place.length + 1);
  const endpoint = rest.split('/', 1)[0] ?? '';
  const key = rest.slice(endpoint.length + 1);
  const mount = place === undefined ? undefined : state.mounts.get(place);
  const wanted = capabilityFor(request, mount?.keys.has(key) ?? false);
  if (!mayDo(token, route, wanted)) return errors(403, '1 error occurred:\n\t* permission denied\n\n');
  if (!mount) return errors(404, `no handler for route "${route}". route entry not found.`);
  const { method, query } = request;
  const outcome = answerKv(mount, { method, endpoint, key, query, body, mode, now: new Date().toISOString() });
  if (!outcome.applied) return outcome;
  return { ...outcome, applied: { ...outcome.applied, path: `${place}/${outcome.applied.path}` } };
}

/** https://developer.hashicorp.com/vault/docs/concepts/policies#capabilities */
function capabilityFor(request: EmulatedRequest, exists: boolean): Capability {
  if (request.method === 'DELETE') return 'delete';
  if (request.method === 'LIST' || request.query.has('list')) return 'list';
  if (request.method === 'GET') return 'read';
  if (request.method === 'PATCH') return 'patch';
  return exists ? 'update' : 'create';
}

/** https://developer.hashicorp.com/vault/api-docs/system/internal-ui-mounts */
function describeMount(state: VaultState, name: string): EmulatedAnswer {
  if (!state.mounts.has(name)) return preflightDenied();
  return { status: 200, body: envelope({ path: `${name}/`, type: 'kv', options: { version: '2' } }) };
}

function preflightDenied(): EmulatedAnswer {
  return errors(403, "preflight capability check returned 403, please ensure client's policies grant access");
}

function findMount(state: VaultState, full: string): string | undefined {
  for (const name of state.mounts.keys()) if (full.startsWith(`${name}/`)) return name;
  return undefined;
}

/** A namespace in the header or in front of the path is the same place ("Namespaces", API usage). */
function join(namespace: string, path: string): string {
  return namespace === '' ? path : `${namespace}/${path}`;
}

const MALFORMED = Symbol('malformed');

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return MALFORMED;
  }
}
