import { randomBytes } from 'node:crypto';
import type { EmulatedAnswer, EmulatedRequest } from './emulated-request.ts';
import { asRecord, envelope, errors } from './hashicorp-vault-answers.ts';

const CAPABILITIES = ['create', 'read', 'update', 'patch', 'delete', 'list'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** One `path "..." { capabilities = [...] }`; `*` at the end matches any rest. */
export interface PolicyRule {
  readonly path: string;
  readonly capabilities: readonly Capability[];
}

export interface TokenOptions {
  /** `root` may do everything; no rules may only do what the default policy allows. */
  readonly policy: 'root' | readonly PolicyRule[];
  /** Seconds; without it the token never expires. */
  readonly ttl?: number;
  readonly renewable?: boolean;
  /** Seconds from creation past which no renewal helps. */
  readonly maxTtl?: number;
}

export interface AppRole extends TokenOptions {
  readonly roleId: string;
  readonly secretId: string;
}

interface Token extends TokenOptions {
  readonly id: string;
  readonly createdAt: number;
  expiresAt: number;
}

export interface Tokens {
  /** Makes a token; `id` only for a fixed one. */
  create(options: TokenOptions, id?: string): string;
  revoke(id: string): void;
  revokeAll(): void;
  addAppRole(role: AppRole): void;
  /** `undefined` when the request carries no valid token. */
  authenticate(request: EmulatedRequest): Token | undefined;
  answer(request: EmulatedRequest, route: string, token: Token): EmulatedAnswer | undefined;
  logIn(request: EmulatedRequest, body: unknown): EmulatedAnswer;
}

export function createTokens(): Tokens {
  const tokens = new Map<string, Token>();
  const roles = new Map<string, AppRole>();

  const create = (options: TokenOptions, id = `hvs.${randomBytes(18).toString('base64url')}`): string => {
    const now = Date.now();
    const expiresAt = options.ttl === undefined ? Number.POSITIVE_INFINITY : now + options.ttl * 1000;
    tokens.set(id, { ...options, id, createdAt: now, expiresAt });
    return id;
  };

  return {
    create,
    revoke: (id) => void tokens.delete(id),
    revokeAll: () => tokens.clear(),
    addAppRole: (role) => void roles.set(role.roleId, role),
    authenticate(request) {
      const id = request.headers['x-vault-token'];
      const token = typeof id === 'string' ? tokens.get(id) : undefined;
      return token && token.expiresAt > Date.now() ? token : undefined;
    },
    // https://developer.hashicorp.com/vault/api-docs/auth/token: the default policy allows these for oneself.
    answer(request, route, token) {
      if (route === 'auth/token/lookup-self' && request.method === 'GET') return lookUp(token);
      if (request.method !== 'POST' && request.method !== 'PUT') return undefined;
      if (route === 'auth/token/renew-self') return renew(token);
      if (route === 'sys/capabilities-self') return capabilitiesOf(token, asRecord(parsed(request)).paths);
      if (route !== 'auth/token/revoke-self') return undefined;
      tokens.delete(token.id);
      return { status: 204 };
    },
    // https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle
    logIn(_request, body) {
      const { role_id: roleId, secret_id: secretId } = asRecord(body);
      const role = roles.get(String(roleId));
      if (!role || role.secretId !== secretId) return errors(400, 'invalid role or secret ID');
      const { policy, ttl, renewable, maxTtl } = role;
      const id = create({ policy, renewable: renewable ?? true, ...(ttl && { ttl }), ...(maxTtl && { maxTtl }) });
      const token = tokens.get(id);
      return token ? { status: 200, body: envelope(null, authOf(token, ttl ?? 0)) } : errors(500, 'internal error');
    },
  };
}

/** Whole seconds, the rest cut off. */
function secondsUntil(time: number): number {
  return Math.max(0, Math.floor((time - Date.now()) / 1000));
}

function authOf(token: Token, granted: number): object {
  return {
    client_token: token.id,
    accessor: 'accessor',
    policies: ['default'],
    lease_duration: granted,
    renewable: token.renewable ?? false,
    token_type: 'service',
  };
}

function lookUp(token: Token): EmulatedAnswer {
  const ttl = token.expiresAt === Number.POSITIVE_INFINITY ? 0 : secondsUntil(token.expiresAt);
  const data = { id: token.id, ttl, renewable: token.renewable ?? false, policies: ['default'] };
  return { status: 200, body: envelope(data) };
}

function renew(token: Token): EmulatedAnswer {
  if (!token.renewable || token.ttl === undefined) return errors(400, 'lease is not renewable');
  const latest = token.createdAt + (token.maxTtl ?? 365 * 24 * 3600) * 1000;
  const granted = Math.min(token.ttl, secondsUntil(latest));
  token.expiresAt = Date.now() + granted * 1000;
  return { status: 200, body: envelope(null, authOf(token, granted)) };
}

/** Does the token's policy grant one of these on the path? The longest matching rule decides. */
export function mayDo(token: Token, path: string, wanted: Capability): boolean {
  if (token.policy === 'root') return true;
  const rules = token.policy.filter((rule) => matches(rule.path, path)).sort((a, b) => b.path.length - a.path.length);
  return rules[0]?.capabilities.includes(wanted) ?? false;
}

/** https://developer.hashicorp.com/vault/api-docs/system/capabilities-self: the paths beside the data and inside it. */
function capabilitiesOf(token: Token, paths: unknown): EmulatedAnswer {
  if (!Array.isArray(paths) || paths.length === 0) return errors(400, 'paths must be supplied');
  const found = Object.fromEntries(
    paths.map(String).map((path) => {
      const held = CAPABILITIES.filter((name) => mayDo(token, path, name));
      return [path, token.policy === 'root' ? ['root'] : held.length === 0 ? ['deny'] : held];
    }),
  );
  const [only] = Object.values(found);
  const answer = paths.length === 1 ? { ...found, capabilities: only } : found;
  return { status: 200, body: { ...envelope(answer), ...answer } };
}

function parsed({ body }: EmulatedRequest): unknown {
  return JSON.parse(body.toString('utf8'));
}

/** Any right below this mount: what `sys/internal/ui/mounts/:path` asks. */
export function seesMount(token: Token, mount: string): boolean {
  return token.policy === 'root' || token.policy.some((rule) => rule.path.startsWith(`${mount}/`));
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}
