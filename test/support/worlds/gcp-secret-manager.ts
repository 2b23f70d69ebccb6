import type { EmulatedRequest } from '../emulators/emulated-request.ts';
import type { GcpEmulator } from '../emulators/gcp-secret-manager.ts';
import { googleError, retryInfo } from '../emulators/gcp-secret-manager-answers.ts';
import type { KeyAndCert } from '../test-certificates.ts';
import { type Purpose, plainly, proxyPage, serverPart, type VaultWorld, type VendorReplies } from '../vault-world.ts';

export type GcpTransport = 'grpc' | 'rest';

/** The project of the emulator, with an access token of its own. gRPC passes through the same scripts as REST. */
export function gcpWorld(emulator: GcpEmulator, transport: GcpTransport, tls: KeyAndCert): VaultWorld {
  const { projectId, accounts } = emulator;
  const port = transport === 'grpc' ? emulator.grpc.port : emulator.port;
  let accessToken = accounts.createToken({ permissions: 'all' });
  return {
    ...serverPart(emulator, classify),
    kind: 'gcp-secret-manager',
    settings: {
      projectId,
      transport,
      caCert: tls.cert,
      endpoint: `https://127.0.0.1:${port}`,
      authMethod: 'accessToken',
      accessToken,
    },
    attributes: {},
    credential: {
      revoke: () => accounts.revoke(accessToken),
      restore: () => void accounts.createToken({ permissions: 'all' }, accessToken),
      renewed() {
        accessToken = accounts.createToken({ permissions: 'all' });
        return { accessToken };
      },
    },
    replies: REPLIES,
    connections: () => (transport === 'grpc' ? emulator.grpc.connections : emulator.connections),
    snapshot: async () => plainly(emulator.stored()) as Record<string, unknown>,
  };
}

/** https://cloud.google.com/secret-manager/docs/reference/rest */
function classify({ method, path, query }: EmulatedRequest): Purpose {
  // Rights are tried on a name that no secret has.
  if (/keyferry-check-/.test(path + query)) return 'check';
  if (method === 'GET') return path.endsWith('/secrets') ? 'list' : 'observe';
  if (method === 'PATCH') return 'label';
  if (method === 'DELETE' || /:(disable|destroy)$/.test(path)) return 'remove';
  return 'write';
}

const refused = (...[status, message, ...details]: Parameters<typeof googleError>) => {
  const { status: code, body } = googleError(status, message, ...details);
  return { status: code, body };
};

const REPLIES: VendorReplies = {
  denied: refused('PERMISSION_DENIED', 'Permission denied on the resource (or it may not exist).'),
  expired: refused('UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
  tooFast(retryAfter) {
    const seconds = /^\d{1,9}$/.test(retryAfter) ? [retryInfo(Number(retryAfter))] : [];
    const answer = refused('RESOURCE_EXHAUSTED', 'Quota exceeded.', ...seconds);
    return { ...answer, headers: { 'retry-after': retryAfter } };
  },
  serverError: refused('INTERNAL', 'Internal error encountered.'),
  proxyNotFound: proxyPage(404),
  emptyList: { status: 200, body: {} },
  emptyBody: { status: 200, body: {} },
};
