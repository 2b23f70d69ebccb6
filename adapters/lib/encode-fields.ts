import { type SecretFields, SecretValue } from '../secret-value.ts';

const MARK = 'base64:';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * A payload for a vault that holds text per field. Well-formed UTF-8 stays as it is, so that people and other tools read
 * it; anything else becomes `base64:` and its standard base64. Text that itself begins with `base64:` is encoded too,
 * which makes {@link decodeFields} exact for everything written here.
 */
export function encodeFields(fields: SecretFields): Record<string, string> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, encodeValue(value)]));
}

function encodeValue(value: SecretValue): string {
  const text = value.revealText();
  if (text !== undefined && !text.startsWith(MARK)) return text;
  return MARK + Buffer.from(value.reveal()).toString('base64');
}

/**
 * The reverse. Text of others counts as text unless it is `base64:` with a valid body; what others stored as a number,
 * boolean, list, object or null reads as its JSON text.
 */
export function decodeFields(stored: Readonly<Record<string, unknown>>): SecretFields {
  return new Map(Object.entries(stored).map(([name, value]) => [name, decodeValue(value)]));
}

function decodeValue(value: unknown): SecretValue {
  if (typeof value !== 'string') return SecretValue.fromText(JSON.stringify(value));
  const bytes = value.startsWith(MARK) ? decodeBase64(value.slice(MARK.length)) : undefined;
  return bytes ? SecretValue.fromBytes(bytes) : SecretValue.fromText(value);
}

/** Only the one canonical spelling of some bytes: Node's decoder would accept much more. */
function decodeBase64(body: string): Uint8Array | undefined {
  if (body === '' || !BASE64.test(body)) return undefined;
  const bytes = Buffer.from(body, 'base64');
  return bytes.toString('base64') === body ? bytes : undefined;
}

/** A payload for a vault that holds bytes per field: the standard base64 of each value, with nothing added. */
export function base64Fields(fields: SecretFields): Map<string, string> {
  return new Map([...fields].map(([name, value]) => [name, Buffer.from(value.reveal()).toString('base64')]));
}
