import { createHmac } from 'node:crypto';
import type { Keyring } from './keyring.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** One print per key of the ring, by key id: two are comparable when they share an id. Hex digits, 128 bits. */
export type FieldPrints = Readonly<Record<string, string>>;

/**
 * Says "same field, same value" without the value: HMAC-SHA-256, cut to 128 bits, over secret id, field name and bytes. Never
 * shown to anybody, and never made of a value that could be found by trying. Made under every key of the ring, so that a
 * newer print can be compared with one from before a change of keys.
 */
export function fieldPrints(
  keyring: Keyring,
  secret: { readonly organizationId: string; readonly id: string },
  field: { readonly name: string; readonly bytes: Uint8Array },
): FieldPrints {
  const message = lengthPrefixed([secret.id, field.name, field.bytes]);
  return Object.fromEntries(
    keyring.keyIds.map((keyId) => {
      const key = keyring.derive('field-print', secret.organizationId, keyId);
      return [keyId, createHmac('sha256', key).update(message).digest('hex').slice(0, 32)];
    }),
  );
}

/** Undefined when no key made both. */
export function samePrint(a: FieldPrints, b: FieldPrints): boolean | undefined {
  const keyId = Object.keys(a).find((id) => b[id] !== undefined);
  return keyId === undefined ? undefined : a[keyId] === b[keyId];
}
