import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EmulatedRequest } from '../emulators/emulated-request.ts';
import type { KubernetesEmulator } from '../emulators/kubernetes.ts';
import { asJson, type Json, status } from '../emulators/kubernetes-status.ts';
import type { KeyAndCert } from '../test-certificates.ts';
import { type Purpose, plainly, proxyPage, serverPart, type VaultWorld, type VendorReplies } from '../vault-world.ts';

export type KubernetesLayout = 'secret' | 'shared';

/** Namespace `team-a` of the emulator, with an administrator's token of its own. */
export function kubernetesWorld(emulator: KubernetesEmulator, layout: KubernetesLayout, tls: KeyAndCert): VaultWorld {
  const accept = (one: string) => {
    emulator.addUser({ name: 'keyferry', rules: 'admin' }, { token: one });
    return one;
  };
  let token = accept(randomUUID());
  return {
    ...serverPart(emulator, (request) => classify(emulator, request)),
    kind: 'kubernetes',
    settings: { address: emulator.url, caCert: tls.cert, authMethod: 'token', token },
    attributes: { namespace: 'team-a', layout, ...(layout === 'shared' && { secretName: 'shared' }) },
    credential: {
      revoke: () => emulator.revoke(token),
      restore: () => void accept(token),
      renewed() {
        token = accept(randomUUID());
        return { token };
      },
    },
    replies: REPLIES,
    snapshot: async () => plainly(layout === 'shared' ? byKey(emulator.all()) : emulator.all()) as Json,
  };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/#operations */
function classify(emulator: KubernetesEmulator, { method, path, query, body }: EmulatedRequest): Purpose {
  if (!path.includes('/secrets') || query.has('dryRun')) return 'check';
  if (method === 'GET') return path.endsWith('/secrets') ? 'list' : 'observe';
  if (method !== 'PUT') return method === 'DELETE' ? 'remove' : 'write';
  const [, namespace = '', name = ''] = /\/namespaces\/([^/]+)\/secrets\/([^/]+)$/.exec(path) ?? [];
  const before = asJson(emulator.stored(namespace, decodeURIComponent(name))?.data);
  const after = asJson(asJson(JSON.parse(body.toString())).data);
  if (isDeepStrictEqual(before, after)) return 'label';
  return Object.keys(before).every((key) => key in after) ? 'write' : 'remove';
}

/**
 * A shared Secret has an entry in each data key. What belongs to the Secret as a whole is under its own name, without the marks
 * that Keyferry keeps there for its entries and without what changes with every write of the object.
 */
function byKey(secrets: ReadonlyMap<string, Json>): Json {
  const entries = [...secrets].flatMap(([place, secret]) => {
    const { data, metadata, ...whole } = secret;
    const { annotations, resourceVersion: _changes, managedFields, ...facts } = asJson(metadata);
    const theirs = Object.entries(asJson(annotations)).filter(([key]) => !key.startsWith('keyferry.dev/'));
    const fields = (Array.isArray(managedFields) ? managedFields : []).map(asJson);
    const others = fields.filter(({ manager }) => manager !== 'keyferry');
    const shown = { ...whole, metadata: { ...facts, annotations: Object.fromEntries(theirs), managedFields: others } };
    return [[place, shown] as const, ...Object.entries(asJson(data)).map(([key, one]) => [`${place}/${key}`, one])];
  });
  return Object.fromEntries(entries) as Json;
}

const refused = (...told: Parameters<typeof status>) => {
  const { status: code, body } = status(...told);
  return { status: code, body };
};

const REPLIES: VendorReplies = {
  denied: refused(403, 'Forbidden', 'secrets is forbidden: User "keyferry" cannot do this', { kind: 'secrets' }),
  expired: refused(401, 'Unauthorized', 'Unauthorized'),
  tooFast(retryAfter) {
    const answer = refused(429, 'TooManyRequests', 'Too many requests, please try again later.');
    return { ...answer, headers: { 'retry-after': retryAfter } };
  },
  serverError: refused(500, 'InternalError', 'Internal error occurred'),
  proxyNotFound: proxyPage(404),
  emptyList: { status: 200, body: { kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [] } },
  emptyBody: { status: 200, body: {} },
};
