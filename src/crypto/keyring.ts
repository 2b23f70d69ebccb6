import { hkdfSync } from 'node:crypto';

/** One key, one purpose: nothing derived for one is ever used for another. */
export const KEY_PURPOSES = [
  'key-check',
  'change-payload',
  'removed-copy',
  'vault-credentials',
  'webhook-secrets',
  'builtin-vault',
  'idempotency-answer',
  'idempotency-body',
  'fingerprint',
  'field-print',
  'change-digest',
  'audit',
] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Organization id for what belongs to the installation. */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/** The master keys: new work uses the active one, older ones stay readable until nothing names them. */
export interface Keyring {
  readonly activeKeyId: string;
  readonly keyIds: readonly string[];
  /**
   * A 32-byte key for one purpose of one organization: HKDF-SHA-256 (RFC 5869) over the master key.
   * Throws when the ring has no key of that id.
   */
  derive(purpose: KeyPurpose, organizationId: string, keyId?: string): Buffer;
}

/** A master key by its id. */
export interface MasterKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
/** 32 bytes, with or without padding. Node's own decoder skips what is no base64 and what follows the padding. */
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;
const SALT = Buffer.from('keyferry/v1');

/** Reads `id:base64,…` (the first is active) or one bare 32-byte key in base64 or hex, which gets the id `k1`. */
export function parseMasterKeys(text: string): MasterKey[] {
  const keys = text.split(',').map((part) => parseMasterKey(part.trim()));
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new Error('master key: two keys have the same id');
  return keys;
}

function parseMasterKey(text: string): MasterKey {
  const colon = text.indexOf(':');
  const id = colon < 0 ? 'k1' : text.slice(0, colon);
  const encoded = text.slice(colon + 1);
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) {
    throw new Error('master key: an id is 1 to 32 lower-case letters, digits or "-"');
  }
  const bytes = HEX.test(encoded) ? Buffer.from(encoded, 'hex') : Buffer.from(encoded, 'base64');
  if (bytes.length !== KEY_BYTES || !(HEX.test(encoded) || BASE64.test(encoded)))
    throw new Error(`master key "${id}": expected 32 bytes in base64 or hex`);
  if (new Set(bytes).size < 8) throw new Error(`master key "${id}": not random enough`);
  return { id, bytes };
}

/** Builds the ring; the first key is the active one. */
export function createKeyring(keys: readonly MasterKey[]): Keyring {
  const [active] = keys;
  if (active === undefined) throw new Error('master key: none given');
  const masters = new Map(keys.map((key) => [key.id, key.bytes]));
  const derived = new Map<string, Buffer>();
  return {
    activeKeyId: active.id,
    keyIds: [...masters.keys()],
    derive(purpose, organizationId, keyId = active.id) {
      const name = `${keyId}|${purpose}|${organizationId}`;
      let key = derived.get(name);
      if (key === undefined) {
        const master = masters.get(keyId);
        if (master === undefined) throw new Error(`no master key has the id "${keyId}"`);
        key = Buffer.from(hkdfSync('sha256', master, SALT, `${purpose}|${organizationId}`, KEY_BYTES));
        derived.set(name, key);
      }
      return key;
    },
  };
}
