import { randomUUID } from 'node:crypto';
import type { EmulatedRequest } from '../emulators/emulated-request.ts';
import type { ScalewayEmulator } from '../emulators/scaleway.ts';
import { type Purpose, plainly, proxyPage, serverPart, type VaultWorld, type VendorReplies } from '../vault-world.ts';

const EVERYTHING = ['read', 'access', 'create', 'write', 'delete', 'restore'] as const;

/** A project of the emulator, with a secret key of its own. */
export function scalewayWorld(emulator: ScalewayEmulator, projectId: string): VaultWorld {
  const accept = (key: string) => {
    emulator.addKey(key, EVERYTHING);
    return key;
  };
  let secretKey = accept(randomUUID());
  return {
    ...serverPart(emulator, classify),
    kind: 'scaleway',
    settings: { endpoint: emulator.url, region: emulator.region, projectId, secretKey },
    attributes: {},
    credential: {
      revoke: () => emulator.revoke(secretKey),
      restore: () => void accept(secretKey),
      renewed() {
        secretKey = accept(randomUUID());
        return { secretKey };
      },
    },
    replies: REPLIES,
    snapshot: async () => {
      const named = emulator.stored().map((secret) => {
        const name = `${secret.path === '/' ? '' : secret.path}/${secret.name}`;
        // One that waits for its deletion can stand beside another of its name.
        return [secret.deletionRequestedAt === null ? name : `${name}#${secret.id}`, plainly(secret)] as const;
      });
      return Object.fromEntries(named);
    },
  };
}

/** https://www.scaleway.com/en/developers/api/secret-manager/; an entry is found by asking for its name. */
function classify({ method, path, query, body }: EmulatedRequest): Purpose {
  // Rights are tried on a secret that does not exist, or on one without a name.
  if (path.includes('/00000000-') || body.includes('"name":""')) return 'check';
  if (method === 'GET') return path.endsWith('/secrets') && !query.has('name') ? 'list' : 'observe';
  if (method === 'PATCH') return 'label';
  return method === 'DELETE' ? 'remove' : 'write';
}

const REPLIES: VendorReplies = {
  denied: {
    status: 403,
    body: {
      details: [{ action: 'write', resource: 'secret_manager_secret' }],
      message: 'insufficient permissions',
      type: 'permissions_denied',
    },
  },
  expired: {
    status: 401,
    body: {
      message: 'authentication is denied',
      method: 'api_key',
      reason: 'expired',
      type: 'denied_authentication',
    },
  },
  tooFast: (retryAfter) => ({
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: { message: 'too many requests', type: 'too_many_requests' },
  }),
  serverError: { status: 500, body: { message: 'internal error', type: 'internal' } },
  proxyNotFound: proxyPage(404),
  emptyList: { status: 200, body: { secrets: [], total_count: 0 } },
  emptyBody: { status: 200, body: {} },
};
