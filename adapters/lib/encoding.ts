import { type SecretFields, SecretValue } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import { decodeFields, encodeFields } from './encode-fields.ts';

/**
 * How a payload becomes the one blob that some vaults hold.
 *
 * - `json`: an object of all fields; anything but UTF-8 text is marked and base64 (see `encodeFields`), and so is text that JSON
 *   would make longer than that. The blob is therefore never longer than 4/3 of the values, and a little for each field.
 * - `plain`: the bytes of the single field `value`, as they are, for consumers that read the blob directly. A payload with other
 *   fields cannot be written this way and is `invalid_argument`.
 */
export type BlobEncoding = 'json' | 'plain';

export function encodeBlob(encoding: BlobEncoding, fields: SecretFields): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify(compact(encodeFields(fields))), 'utf8');
  const value = fields.get('value');
  if (value === undefined || fields.size !== 1) throw new VaultError('invalid_argument', 'write');
  return value.reveal();
}

/** Text with so much to escape that base64 is shorter, such as a run of control characters (six bytes each). */
function compact(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      const bytes = Buffer.from(text, 'utf8');
      const marked = `base64:${bytes.toString('base64')}`;
      return [name, Buffer.byteLength(JSON.stringify(text)) > marked.length + 2 ? marked : text];
    }),
  );
}

/** A blob that is not one of ours (foreign, or of another encoding) is the single field `value`, byte for byte. */
export function decodeBlob(encoding: BlobEncoding, blob: Uint8Array): SecretFields {
  if (encoding === 'json') {
    const fields = decodeJson(blob);
    if (fields !== undefined) return fields;
  }
  return new Map([['value', SecretValue.fromBytes(blob)]]);
}

function decodeJson(blob: Uint8Array): SecretFields | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(blob));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    if (!Object.values(parsed).every((value) => typeof value === 'string')) return undefined;
    return decodeFields(parsed as Record<string, string>);
  } catch {
    return undefined;
  }
}
