import { P12_OPENSSL, SSH_ED25519, STORE_PASSWORD, UNICODE_PASSWORD } from '../../unit/secrets/payload/fixtures.ts';

/** A payload that makes a column of the table of pairs. */
export interface PairPayload {
  readonly column: string;
  readonly type: string;
  readonly fields: Readonly<Record<string, Buffer>>;
}

/** `sizeOfFields` of the largest payload there is, and of the largest that every kind holds. */
export const LARGEST = 65_536;
export const LARGEST_EVERYWHERE = 48_000;

const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const filled = (size: number) => Buffer.alloc(size - 'value'.length, 'x');

function payload(column: string, type: string, fields: Readonly<Record<string, string | Buffer>>): PairPayload {
  const bytes = Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)] as const);
  return { column, type, fields: Object.fromEntries(bytes) };
}

/** All eight types; text, bytes that are no text, an empty field, several scripts, and the sizes at which vaults differ. */
export const PAIR_PAYLOADS: readonly PairPayload[] = [
  payload('basic_auth', 'basic_auth', { username: 'naïve 🗝️ 鍵', password: EVERY_BYTE }),
  payload('api_key', 'api_key', { value: 'sk_live_0123456789' }),
  payload('jwt_token', 'jwt_token', { value: `${part({ alg: 'ES256' })}.${part({ sub: 'ü' })}.c2lnbmF0dXJl` }),
  payload('private_key', 'private_key', { value: Buffer.from(SSH_ED25519, 'base64') }),
  payload('secret_key', 'secret_key', { value: EVERY_BYTE.subarray(0, 32).toString('base64'), algorithm: 'aes' }),
  payload('key_store', 'key_store', { value: P12_OPENSSL, password: STORE_PASSWORD, format: 'pkcs12' }),
  payload('key_value', 'key_value', {
    text: 'one\r\ntwo\n\n\tthree',
    bytes: EVERY_BYTE,
    empty: '',
    unicode: UNICODE_PASSWORD,
    marked: 'base64:AAAA',
    'with.dot-and_dash': '\ufeff',
  }),
  payload('generic', 'generic', { value: '{{ .Text }} \u2028 "quoted" \\' }),
  payload('bytes', 'generic', { value: Buffer.concat([EVERY_BYTE, EVERY_BYTE]) }),
  payload('48,000 B', 'generic', { value: filled(LARGEST_EVERYWHERE) }),
  payload('64 KiB', 'generic', { value: filled(LARGEST) }),
];
