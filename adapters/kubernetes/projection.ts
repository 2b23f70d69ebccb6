import { VaultError } from '../vault-error.ts';
import type { KubernetesAttributes } from './attributes.ts';
import type { SecretObject } from './secret-object.ts';

/** https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const TYPES = {
  opaque: 'Opaque',
  tls: 'kubernetes.io/tls',
  dockerconfigjson: 'kubernetes.io/dockerconfigjson',
  'basic-auth': 'kubernetes.io/basic-auth',
} satisfies Record<KubernetesAttributes['projection'], string>;

/**
 * Writing one of these makes the cluster hand out a credential, and reading one hands it on: they are not entries of a
 * vault, whatever rights we hold.
 */
export const MINTING_TYPES: readonly string[] = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

export function typeOf(projection: KubernetesAttributes['projection']): string {
  return TYPES[projection];
}

export function demandReadable(secret: SecretObject, operation: string): void {
  if (MINTING_TYPES.includes(secret.type)) throw new VaultError('invalid_argument', operation);
}

/** A type is fixed at creation, so a Secret of another type is somebody else's business. */
export function demandType(secret: SecretObject, type: string, operation: string): void {
  if (secret.type !== type) throw new VaultError('invalid_argument', operation);
}

/** What the API server demands of the type, checked before anything is sent. */
export function demandFit(
  projection: KubernetesAttributes['projection'],
  data: ReadonlyMap<string, string>,
  operation: string,
): void {
  if (!fits(projection, data)) throw new VaultError('invalid_argument', operation);
}

function fits(projection: KubernetesAttributes['projection'], data: ReadonlyMap<string, string>): boolean {
  switch (projection) {
    case 'opaque':
      return true;
    case 'tls':
      return data.has('tls.crt') && data.has('tls.key');
    case 'basic-auth':
      return data.has('username') || data.has('password');
    case 'dockerconfigjson':
      return isJsonObject(data.get('.dockerconfigjson'));
  }
}

function isJsonObject(base64: string | undefined): boolean {
  if (base64 === undefined) return false;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
