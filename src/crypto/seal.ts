import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyPurpose, Keyring } from './keyring.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** Where a sealed column lives. It is authenticated with the ciphertext: anywhere else, it does not open. */
export interface SealPlace {
  readonly purpose: KeyPurpose;
  readonly organizationId: string;
  readonly table: string;
  readonly rowId: string;
  /** Whatever else the content belongs to, such as a revision. */
  readonly detail?: string;
}

/** Thrown for everything that does not open: another place, key, format, or altered bytes. Says nothing more. */
export class SealError extends Error {
  override readonly name = 'SealError';
  constructor() {
    super('sealed data does not open in this place');
  }
}

/*
 * Layout: format (1 byte) | key id length (1) | key id | wrapped data key (12 nonce + 32 + 16 tag) | 12 nonce | body | 16 tag.
 * A fresh data key per seal, wrapped under the purpose key of the organization; AES-256-GCM (NIST SP 800-38D) twice, both
 * bound to format, key id and place. The body is length-prefixed and padded to 64 bytes so that a PIN and a password do
 * not differ in size.
 */
const FORMAT = 1;
const NONCE = 12;
const TAG = 16;
const KEY = 32;
const PAD = 64;

/** Seals `plain` for one place under the active key. */
export function seal(keyring: Keyring, place: SealPlace, plain: Uint8Array): Buffer {
  const keyId = Buffer.from(keyring.activeKeyId, 'ascii');
  const header = Buffer.concat([Buffer.from([FORMAT, keyId.length]), keyId]);
  const bound = boundTo(place, header);
  const dataKey = randomBytes(KEY);
  const wrapped = encrypt(keyring.derive(place.purpose, place.organizationId), bound, dataKey);
  const body = encrypt(dataKey, bound, pad(plain));
  dataKey.fill(0);
  return Buffer.concat([header, wrapped, body]);
}

/** Opens what {@link seal} made for the same place. Throws {@link SealError} for anything else. */
export function unseal(keyring: Keyring, place: SealPlace, sealed: Uint8Array): Buffer {
  try {
    const bytes = Buffer.from(sealed);
    if (bytes[0] !== FORMAT) throw new SealError();
    const headerEnd = 2 + (bytes[1] ?? 0);
    const header = bytes.subarray(0, headerEnd);
    const keyId = header.subarray(2).toString('ascii');
    const bound = boundTo(place, header);
    const wrappedEnd = headerEnd + NONCE + KEY + TAG;
    const dataKey = decrypt(
      keyring.derive(place.purpose, place.organizationId, keyId),
      bound,
      bytes.subarray(headerEnd, wrappedEnd),
    );
    return unpad(decrypt(dataKey, bound, bytes.subarray(wrappedEnd)));
  } catch {
    throw new SealError();
  }
}

/** The id of the key a sealed column needs; re-wrapping after a rotation looks for others than the active one. */
export function sealedKeyId(sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  return bytes.subarray(2, 2 + (bytes[1] ?? 0)).toString('ascii');
}

function boundTo(place: SealPlace, header: Buffer): Buffer {
  return lengthPrefixed([header, place.purpose, place.organizationId, place.table, place.rowId, place.detail ?? '']);
}

function encrypt(key: Buffer, bound: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, bound: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < NONCE + TAG) throw new SealError();
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(bound).setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}

function pad(plain: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((plain.byteLength + 4) / PAD) * PAD);
  padded.writeUInt32BE(plain.byteLength);
  padded.set(plain, 4);
  return padded;
}

function unpad(padded: Buffer): Buffer {
  const length = padded.readUInt32BE();
  if (length + 4 > padded.length) throw new SealError();
  return padded.subarray(4, 4 + length);
}
