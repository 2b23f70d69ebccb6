import { createHash } from 'node:crypto';
import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { type BlobEncoding, decodeBlob, encodeBlob } from '../lib/encoding.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';

/** "Secret value size: 65,536 bytes" (Secrets Manager quotas). */
const MAX_BLOB = 65_536;

export type Content = { readonly SecretString: string } | { readonly SecretBinary: Uint8Array };

/** Text goes where people and other tools look for it, the rest where bytes are taken. Neither may be empty (CreateSecret). */
export function contentOf(encoding: BlobEncoding, fields: SecretFields): Content {
  const blob = encodeBlob(encoding, fields);
  if (blob.byteLength > MAX_BLOB) throw new VaultError('too_large', 'write');
  if (blob.byteLength === 0) throw new VaultError('invalid_argument', 'write');
  const text = textOf(blob);
  return text === undefined ? { SecretBinary: blob } : { SecretString: text };
}

/** The fields of an answer that holds content, else `undefined`. */
export function fieldsOf(encoding: BlobEncoding, answer: GetSecretValueCommandOutput): SecretFields | undefined {
  if (answer.SecretString !== undefined) return decodeBlob(encoding, Buffer.from(answer.SecretString, 'utf8'));
  return answer.SecretBinary && decodeBlob(encoding, answer.SecretBinary);
}

/** Well-formed UTF-8 without NUL. */
function textOf(blob: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(blob);
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * The `ClientRequestToken` of an operation, which becomes the id of its version: the same for every repetition, also after a
 * restart. AWS recommends a UUID; this is one of version 8.
 */
export function tokenOf(operationId: string): string {
  const bytes = createHash('sha256').update(`keyferry ${operationId}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Can it be the id of a version? "Length constraints: 32 to 64." */
export function isVersionId(text: string): boolean {
  return /^[\x21-\x7e]{32,64}$/.test(text);
}
