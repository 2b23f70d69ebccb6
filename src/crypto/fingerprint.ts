import { createHmac } from 'node:crypto';
import type { Keyring } from './keyring.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** `<key id>:<32 hex digits>`. */
export type Fingerprint = string;

/**
 * Says "same value" without the value: HMAC-SHA-256, cut to 128 bits, over secret id, type and canonical payload. Keyed, so a
 * PIN cannot be found by trying; over the secret's id, so equal values of two secrets or tenants do not show.
 *
 * @param canonical the payload's `canonicalBytes`
 * @param keyId the key to use; an old fingerprint is compared under the key it names
 */
export function fingerprint(
  keyring: Keyring,
  secret: { readonly organizationId: string; readonly id: string; readonly type: string },
  canonical: Uint8Array,
  keyId: string = keyring.activeKeyId,
): Fingerprint {
  const key = keyring.derive('fingerprint', secret.organizationId, keyId);
  const mac = createHmac('sha256', key)
    .update(lengthPrefixed([secret.id, secret.type, canonical]))
    .digest('hex');
  return `${keyId}:${mac.slice(0, 32)}`;
}

/** The id of the key a fingerprint was made with. */
export function fingerprintKeyId(value: Fingerprint): string {
  return value.slice(0, value.indexOf(':'));
}
