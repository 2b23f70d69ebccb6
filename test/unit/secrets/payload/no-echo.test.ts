import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { AppError } from '../../../../src/errors.ts';
import type { SecretType } from '../../../../src/secrets/payload/secret-type.ts';
import * as fixtures from './fixtures.ts';
import { refusalOf } from './support.ts';

const CANARY = 'Canary7Zq';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

const rsa = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' },
});

const labels = [
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
];
const openssh = base64(`openssh-key-v1\0\0\0\0\u0009${CANARY}`);

const malformed: [SecretType, Record<string, string>][] = [
  ...labels.flatMap((label): [SecretType, Record<string, string>][] => [
    ['private_key', { value: block(label, base64(CANARY)) }],
    ['private_key', { value: block(label, CANARY) }],
    ['private_key', { value: block(label, base64(`0\u0009${CANARY}`)), passphrase: CANARY }],
    ['private_key', { value: block(label, `Proc-Type: ${CANARY}\n\n${base64(CANARY)}`) }],
    [
      'private_key',
      { value: block(label, `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${CANARY}\n\n${base64(CANARY)}`), passphrase: 'x' },
    ],
  ]),
  ['private_key', { value: block(`${CANARY.toUpperCase()} PRIVATE KEY`, base64(CANARY)) }],
  ['private_key', { value: block('OPENSSH PRIVATE KEY', openssh) }],
  ['private_key', { value: CANARY, passphrase: CANARY }],
  ['private_key', { value: rsa.privateKey, passphrase: CANARY }],
  ['private_key', { value: rsa.publicKey, passphrase: CANARY }],
  ['private_key', { value: Buffer.from(fixtures.SSH_ED25519_CTR, 'base64').toString(), passphrase: CANARY }],
  ['jwt_token', { value: CANARY }],
  ['jwt_token', { value: `${base64url(CANARY)}.${base64url('{}')}.x` }],
  ['jwt_token', { value: `${base64url('{"alg":"ES256"}')}.${base64url(`{"a":${CANARY}}`)}.x` }],
  ['jwt_token', { value: `${base64url(`{"alg":"${CANARY} "}`)}.${base64url('{}')}.x` }],
  ['jwt_token', { value: `${base64url('{"alg":"ES256"}')}.${base64url(`{"exp":"${CANARY}"}`)}.x` }],
  ['secret_key', { value: `${CANARY}!` }],
  ['secret_key', { value: 'AAAA', algorithm: `${CANARY}!` }],
  ['key_store', { value: fixtures.P12_EC, password: CANARY, format: 'pkcs12' }],
  ['key_store', { value: fixtures.JKS, password: CANARY, format: 'jks' }],
  ['key_store', { value: fixtures.JKS, password: 'x', format: CANARY }],
  ['key_store', { value: base64(`0${CANARY}`), password: CANARY, format: 'pkcs12' }],
  [
    'key_store',
    {
      value: Buffer.concat([Buffer.from('feedfeed', 'hex'), Buffer.from(CANARY)]).toString('base64'),
      password: CANARY,
      format: 'jks',
    },
  ],
  ['key_store', { value: CANARY, password: CANARY, format: 'pkcs12' }],
  ['basic_auth', { username: CANARY }],
  ['basic_auth', { username: CANARY, password: CANARY, surplus: CANARY }],
  ['key_value', { 'not a name': CANARY }],
  ['api_key', { value: CANARY, other: CANARY }],
  ['generic', { value: CANARY.repeat(8000) }],
];

function everythingIn(error: AppError): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    ...own,
    JSON.stringify(error),
    JSON.stringify(error.fields),
    inspect(error, { depth: 9, showHidden: true }),
  ].join('\n');
}

test.each(malformed)('a refusal of %s repeats nothing (%#)', (type, record) => {
  const error = refusalOf(type, record);
  const shown = everythingIn(error).toLowerCase();
  for (const form of [
    CANARY,
    base64(CANARY).slice(0, 10),
    base64url(CANARY).slice(0, 10),
    Buffer.from(CANARY).toString('hex'),
  ]) {
    expect(shown).not.toContain(form.toLowerCase());
  }
  expect(error.fields.length).toBeGreaterThan(0);
  expect(error.cause).toBeUndefined();
});
