import type { EmulatedRequest } from '../emulators/emulated-request.ts';
import type { VaultEmulator } from '../emulators/hashicorp-vault.ts';
import { envelope } from '../emulators/hashicorp-vault-answers.ts';
import { type Purpose, plainly, proxyPage, serverPart, type VaultWorld, type VendorReplies } from '../vault-world.ts';

export interface HashicorpPlace {
  readonly namespace: string;
  readonly mount: string;
}

/** A namespace of the emulator, with a token of its own. */
export function hashicorpWorld(emulator: VaultEmulator, { namespace, mount }: HashicorpPlace): VaultWorld {
  let token = emulator.tokens.create({ policy: 'root' });
  return {
    ...serverPart(emulator, classify),
    kind: 'hashicorp-vault',
    settings: { address: emulator.url, namespace, authMethod: 'token', token },
    attributes: { mount },
    credential: {
      revoke: () => emulator.tokens.revoke(token),
      restore: () => void emulator.tokens.create({ policy: 'root' }, token),
      renewed() {
        token = emulator.tokens.create({ policy: 'root' });
        return { token };
      },
      session() {
        const role = { roleId: 'keyferry', secretId: 'secret-of-keyferry' };
        emulator.tokens.addAppRole({ ...role, policy: 'root', ttl: 3600 });
        return {
          settings: { authMethod: 'approle', token: null, ...role },
          expire() {
            emulator.tokens.revokeAll();
            // Others at the same vault keep theirs.
            emulator.tokens.create({ policy: 'root' }, emulator.token);
          },
        };
      },
    },
    replies: REPLIES,
    snapshot: async () => plainly(emulator.stored()) as Record<string, unknown>,
  };
}

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and /auth/token, /auth/approle, /system. */
function classify({ method, path, query }: EmulatedRequest): Purpose {
  if (/^\/v1\/auth\//.test(path)) return 'login';
  if (/^\/v1\/sys\//.test(path)) return 'check';
  if (method === 'LIST' || query.has('list')) return 'list';
  if (method === 'GET') return 'observe';
  if (method === 'DELETE' || /\/(delete|destroy)\//.test(path)) return 'remove';
  return path.includes('/metadata/') ? 'label' : 'write';
}

const body = (...errors: readonly string[]) => ({ errors });

const REPLIES: VendorReplies = {
  denied: { status: 403, body: body('1 error occurred:\n\t* permission denied\n\n') },
  expired: { status: 403, body: body('2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n') },
  tooFast: (retryAfter) => ({
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: body('request path "secret/data": rate limit quota exceeded'),
  }),
  serverError: { status: 500, body: body('internal error') },
  proxyNotFound: proxyPage(404),
  emptyList: { status: 200, body: envelope({ keys: [] }) },
  emptyBody: { status: 200, body: {} },
};
