import { type SecretFields, SecretValue } from '../../../adapters/secret-value.ts';
import { byteReader } from './byte-reader.ts';

const FORMAT = 1;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The one byte string that stands for a payload: sealed, digested and fingerprinted. Two payloads have the same bytes if
 * and only if they have the same names with the same values, whatever their order.
 *
 * Format: byte 1 (the format), the number of fields, then for each field in ascending order of UTF-16 code units: length
 * of the name, name in UTF-8, length of the value, value. Numbers are unsigned, 32 bits, big-endian.
 *
 * The result holds values in clear. Throws on a name that UTF-8 cannot hold.
 */
export function canonicalBytes(fields: SecretFields): Buffer {
  const parts = [Buffer.of(FORMAT), u32(fields.size)];
  for (const [name, value] of [...fields].sort(byName)) {
    const nameBytes = Buffer.from(name, 'utf8');
    if (decoder.decode(nameBytes) !== name) throw new Error('canonical bytes: a field name is not well-formed');
    parts.push(u32(nameBytes.length), nameBytes, u32(value.size), Buffer.from(value.reveal()));
  }
  return Buffer.concat(parts);
}

/** The payload of {@link canonicalBytes}. Throws, quoting nothing, on bytes which that function does not produce. */
export function parseCanonicalBytes(bytes: Uint8Array): SecretFields {
  const reader = byteReader(bytes, () => malformed('truncated'));
  if (reader.take(1)[0] !== FORMAT) throw malformed('unknown format');
  const count = reader.u32();
  const fields = new Map<string, SecretValue>();
  let previous: string | undefined;
  for (let i = 0; i < count; i++) {
    const name = decodeName(reader.take(reader.u32()));
    if (previous !== undefined && !(previous < name)) throw malformed('names out of order');
    fields.set(name, SecretValue.fromBytes(reader.take(reader.u32())));
    previous = name;
  }
  if (!reader.atEnd()) throw malformed('bytes behind the end');
  return fields;
}

function byName([a]: readonly [string, SecretValue], [b]: readonly [string, SecretValue]): number {
  return a < b ? -1 : 1;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function decodeName(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed('a name is not UTF-8');
  }
}

function malformed(reason: string): Error {
  return new Error(`canonical bytes: ${reason}`);
}
