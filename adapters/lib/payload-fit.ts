import type { Capabilities, PayloadMisfit, PayloadShape } from '../adapter.ts';
import type { BlobEncoding } from './encoding.ts';

/** What every vault demands: names it can hold, and no more bytes than its manifest says. */
export function misfitOf(capabilities: Capabilities, { names, size }: PayloadShape): PayloadMisfit | undefined {
  const { maxBytes, nameRules } = capabilities;
  const rule = nameRules === null ? undefined : new RegExp(nameRules);
  if (names.some((name) => name === '' || rule?.test(name) === false)) {
    return { code: 'invalid_argument', expected: `field names that match ${nameRules ?? '^.+$'}` };
  }
  return size > maxBytes ? { code: 'too_large', maxBytes } : undefined;
}

/** What a vault of blobs is: how large one may be, and whether it may be empty. */
export interface BlobRules {
  readonly maxBlobBytes: number;
  readonly mayBeEmpty: boolean;
}

/** The same for a vault that holds the one blob which `encodeBlob` makes. */
export function blobMisfit(
  capabilities: Capabilities,
  encoding: BlobEncoding,
  payload: PayloadShape,
  { maxBlobBytes, mayBeEmpty }: BlobRules,
): PayloadMisfit | undefined {
  const misfit = misfitOf(capabilities, payload);
  if (misfit) return misfit;
  if (encoding === 'plain') return plainMisfit(payload, mayBeEmpty);
  const maxBytes = surelyFits(maxBlobBytes, payload.names.length);
  return payload.size > maxBytes ? { code: 'too_large', maxBytes } : undefined;
}

const PLAIN_NAME = 'value';

/** For the encoding `plain`, which is the bytes of one field. */
export function plainMisfit({ names, size }: PayloadShape, mayBeEmpty: boolean): PayloadMisfit | undefined {
  if (names.length !== 1 || names[0] !== PLAIN_NAME) {
    return { code: 'invalid_argument', expected: 'only the field value, because the encoding is plain' };
  }
  const isEmpty = size === PLAIN_NAME.length;
  return isEmpty && !mayBeEmpty ? { code: 'invalid_argument', expected: 'a value that is not empty' } : undefined;
}

/**
 * What fits whatever the bytes are: base64 makes four of three, and each field costs quotes, colon, comma, the mark and the
 * rounding of its base64.
 */
function surelyFits(maxBlobBytes: number, fields: number): number {
  return Math.floor(((maxBlobBytes - 2 - 16 * fields) * 3) / 4);
}
