import { base64Fields } from '../lib/encode-fields.ts';
import { decodeBlob, encodeBlob } from '../lib/encoding.ts';
import { type SecretFields, SecretValue } from '../secret-value.ts';
import type { KubernetesAttributes } from './attributes.ts';

/** How a payload becomes the data of a Secret of its own, and back. Values are base64. */
export interface Content {
  encode(fields: SecretFields): ReadonlyMap<string, string>;
  decode(data: ReadonlyMap<string, string>): SecretFields;
}

/** A data key for each field, or one for all. */
export function contentOf({ encoding = 'fields', dataKey = 'value' }: KubernetesAttributes): Content {
  if (encoding === 'fields') return { encode: base64Fields, decode: decodeData };
  return {
    encode: (fields) => new Map([[dataKey, toBase64(encodeBlob(encoding, fields))]]),
    decode(data) {
      // A Secret of another shape is shown as it is, so that nothing in it is overlooked.
      const blob = data.size === 1 ? data.get(dataKey) : undefined;
      return blob === undefined ? decodeData(data) : decodeBlob(encoding, fromBase64(blob));
    },
  };
}

function decodeData(data: ReadonlyMap<string, string>): SecretFields {
  return new Map([...data].map(([name, base64]) => [name, SecretValue.fromBytes(fromBase64(base64))]));
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function fromBase64(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
