import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { expect, test } from 'vitest';
import * as fixtures from './fixtures.ts';
import { factsOf, pointersOf, problemsOf } from './support.ts';

const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1' = 'pkcs8') =>
  key.export({ type, format: 'pem' }).toString();

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const PASSPHRASE = fixtures.KEY_PASSPHRASE;

function encrypted(
  key: KeyObject,
  type: 'pkcs1' | 'pkcs8' | 'sec1',
  cipher = 'aes-256-cbc',
  passphrase = PASSPHRASE,
): string {
  return key.export({ type, format: 'pem', cipher, passphrase }).toString();
}

test.each([
  ['RSA in PKCS#1', pem(rsa.privateKey, 'pkcs1'), { format: 'pkcs1', algorithm: 'rsa', bits: 2048 }],
  ['RSA in PKCS#8', pem(rsa.privateKey), { format: 'pkcs8', algorithm: 'rsa', bits: 2048 }],
  ['EC in SEC1', pem(ec.privateKey, 'sec1'), { format: 'sec1', algorithm: 'ec', curve: 'P-384' }],
  ['EC in PKCS#8', pem(ec.privateKey), { format: 'pkcs8', algorithm: 'ec', curve: 'P-384' }],
  ['EC with its parameters', text(fixtures.PEM_EC_PARAMETERS), { format: 'sec1', algorithm: 'ec', curve: 'P-256' }],
  ['Ed25519', pem(ed25519.privateKey), { format: 'pkcs8', algorithm: 'ed25519' }],
  ['Ed448', pem(generateKeyPairSync('ed448').privateKey), { format: 'pkcs8', algorithm: 'ed448' }],
  ['X25519', pem(generateKeyPairSync('x25519').privateKey), { format: 'pkcs8', algorithm: 'x25519' }],
  ['X448', pem(generateKeyPairSync('x448').privateKey), { format: 'pkcs8', algorithm: 'x448' }],
  [
    'DSA',
    pem(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey),
    { format: 'pkcs8', algorithm: 'dsa', bits: 1024 },
  ],
  [
    'secp256k1',
    pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
    { format: 'pkcs8', algorithm: 'ec', curve: 'secp256k1' },
  ],
  ['OpenSSH RSA', text(fixtures.SSH_RSA), { format: 'openssh', algorithm: 'rsa', bits: 2048 }],
  ['OpenSSH DSA', text(fixtures.SSH_DSA), { format: 'openssh', algorithm: 'dsa', bits: 1024 }],
  ['OpenSSH ECDSA 256', text(fixtures.SSH_ECDSA_256), { format: 'openssh', algorithm: 'ec', curve: 'P-256' }],
  ['OpenSSH ECDSA 384', text(fixtures.SSH_ECDSA_384), { format: 'openssh', algorithm: 'ec', curve: 'P-384' }],
  ['OpenSSH ECDSA 521', text(fixtures.SSH_ECDSA_521), { format: 'openssh', algorithm: 'ec', curve: 'P-521' }],
  ['OpenSSH Ed25519', text(fixtures.SSH_ED25519), { format: 'openssh', algorithm: 'ed25519' }],
])('opens %s, and takes no passphrase with it', (_, value, facts) => {
  expect(factsOf('private_key', { value })).toEqual({ ...facts, encrypted: false });
  expect(pointersOf('private_key', { value, passphrase: PASSPHRASE })).toEqual(['/payload/passphrase']);
});

test.each([
  ['RSA in PKCS#8', encrypted(rsa.privateKey, 'pkcs8'), { format: 'pkcs8', algorithm: 'rsa', bits: 2048 }],
  ['RSA in headers', encrypted(rsa.privateKey, 'pkcs1'), { format: 'pkcs1', algorithm: 'rsa', bits: 2048 }],
  [
    'EC in headers, 3DES',
    encrypted(ec.privateKey, 'sec1', 'des-ede3-cbc'),
    { format: 'sec1', algorithm: 'ec', curve: 'P-384' },
  ],
  [
    'EC in PKCS#8, AES-128',
    encrypted(ec.privateKey, 'pkcs8', 'aes-128-cbc'),
    { format: 'pkcs8', algorithm: 'ec', curve: 'P-384' },
  ],
  ['PKCS#8 with scrypt', text(fixtures.PEM_SCRYPT), { format: 'pkcs8', algorithm: 'ed25519' }],
  ['PKCS#8 with SHA-1 and 3DES', text(fixtures.PEM_PBE_3DES), { format: 'pkcs8', algorithm: 'ed25519' }],
  ['OpenSSH in CTR', text(fixtures.SSH_ED25519_CTR), { format: 'openssh', algorithm: 'ed25519' }],
  ['OpenSSH in CBC', text(fixtures.SSH_ED25519_CBC), { format: 'openssh', algorithm: 'ed25519' }],
  ['OpenSSH ECDSA', text(fixtures.SSH_ECDSA_CTR), { format: 'openssh', algorithm: 'ec', curve: 'P-256' }],
])('opens an encrypted key with its passphrase only: %s', (_, value, facts) => {
  expect(factsOf('private_key', { value, passphrase: PASSPHRASE })).toEqual({ ...facts, encrypted: true });
  expect(problemsOf('private_key', { value })).toEqual([
    { pointer: '/payload/passphrase', expected: 'the passphrase of the encrypted key' },
  ]);
  for (const passphrase of ['another', `${PASSPHRASE} `, Uint8Array.of(255), 'x'.repeat(2000)]) {
    expect(problemsOf('private_key', { value, passphrase })).toEqual([
      { pointer: '/payload/passphrase', expected: 'the passphrase that opens the key' },
    ]);
  }
});

test('a passphrase may be any text', () => {
  const value = encrypted(ed25519.privateKey, 'pkcs8', 'aes-256-cbc', 'pä ss 🔑');
  expect(factsOf('private_key', { value, passphrase: 'pä ss 🔑' }).algorithm).toBe('ed25519');
});

test('text around the key, Windows line ends and a missing last line end are fine', () => {
  const value = `Bag Attributes\r\n  friendlyName: x\r\n${pem(ec.privateKey).trim().replaceAll('\n', '\r\n')}`;
  expect(factsOf('private_key', { value }).curve).toBe('P-384');
});

const expectedOf = (value: string | Uint8Array) => {
  const [problem, ...others] = problemsOf('private_key', { value });
  expect(others).toEqual([]);
  expect(problem?.pointer).toBe('/payload/value');
  return problem?.expected;
};

test('a certificate or a public key is told apart', () => {
  expect(expectedOf(text(fixtures.CERTIFICATE))).toMatch(/not a certificate$/);
  expect(expectedOf(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString())).toMatch(/not a public key$/);
  expect(expectedOf(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString())).toMatch(/not a public key$/);
  expect(expectedOf('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@host')).toMatch(/not a public key$/);
});

test('more than one thing is refused', () => {
  expect(expectedOf(pem(ec.privateKey) + pem(ec.privateKey))).toMatch(/nothing else$/);
  expect(expectedOf(pem(ec.privateKey) + text(fixtures.CERTIFICATE))).toMatch(/nothing else$/);
});

const good = pem(ed25519.privateKey);
test.each([
  ['plain text', 'hunter2'],
  ['an empty block', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----'],
  ['a missing end', good.slice(0, -10)],
  ['another end', good.replace('END PRIVATE', 'END RSA PRIVATE')],
  ['bad base64', good.replace('MC4', 'M*4')],
  ['another label', good.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY')],
  ['an unknown label', good.replaceAll('PRIVATE KEY', 'FANCY PRIVATE KEY')],
  ['garbage in DER', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
  ['garbage, encrypted', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----'],
  ['garbage, OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----'],
  ['a PuTTY key', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none'],
  ['old encryption', text(fixtures.PEM_PBE_DES)],
  ['an OpenSSH cipher that is not read', text(fixtures.SSH_ED25519_CHACHA)],
  ['another one', text(fixtures.SSH_ED25519_GCM)],
  ['headers on PKCS#8', good.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')],
  ['headers on OpenSSH', text(fixtures.SSH_ED25519).replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\n\n')],
  [
    'single DES in headers',
    encrypted(ec.privateKey, 'sec1').replace(/DEK-Info: .*/, 'DEK-Info: DES-CBC,0000000000000000'),
  ],
])('refuses %s', (_, value) => {
  expect(expectedOf(value)).toMatch(/^(one|an|a|PKCS#8) /);
});

test('refuses binary data', () => {
  expect(expectedOf(Uint8Array.of(0x30, 0x82, 0xff))).toMatch(/in PEM/);
});

function withIterations(value: string, der: string): string {
  const [message] = forge.pem.decode(value);
  const bytes = Buffer.from(message?.body ?? '', 'latin1');
  const at = bytes.indexOf(Buffer.from('02020800', 'hex'));
  expect(at).toBeGreaterThan(0);
  const root = forge.asn1.fromDer(bytes.toString('latin1'));
  const path = [0, 1, 0, 1, 1];
  const node = path.reduce((each, index) => (each.value as forge.asn1.Asn1[])[index] ?? each, root);
  node.value = Buffer.from(der, 'hex').toString('latin1');
  const body = forge.asn1.toDer(root).getBytes();
  return forge.pem.encode({ type: 'ENCRYPTED PRIVATE KEY', body } as forge.pem.ObjectPEM);
}

test.each([['7fffffff'], ['00ffffffff'], ['7fffffffffffffff'], ['00'], ['ff']])(
  'refuses 0x%s iterations without trying',
  (count) => {
    const value = withIterations(encrypted(ed25519.privateKey, 'pkcs8'), count);
    const start = performance.now();
    expect(pointersOf('private_key', { value, passphrase: PASSPHRASE })).toEqual(['/payload/value']);
    expect(performance.now() - start).toBeLessThan(10_000);
  },
);

test('the same with an OpenSSH key', () => {
  const body = Buffer.from(text(fixtures.SSH_ED25519_CTR).replace(/-----.*-----|\n/g, ''), 'base64');
  const at = body.indexOf(Buffer.from('0000001800000010', 'hex'));
  body.writeUInt32BE(101, at + 8 + 16);
  const value = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----`;
  const start = performance.now();
  expect(problemsOf('private_key', { value, passphrase: PASSPHRASE })).toEqual([
    { pointer: '/payload/value', expected: 'an OpenSSH private key with at most 100 rounds (`ssh-keygen -a 100`)' },
  ]);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('no damage to an OpenSSH key escapes, not even from a later event', async () => {
  const escaped: unknown[] = [];
  const note = (error: unknown) => escaped.push(error);
  process.on('uncaughtException', note);
  try {
    const body = Buffer.from(text(fixtures.SSH_ED25519_CBC).replace(/-----.*-----|\n/g, ''), 'base64');
    const shorter = body.subarray(0, body.length - 1);
    const lengthAt = body.length - 4 - 144;
    expect(body.readUInt32BE(lengthAt)).toBe(144);
    shorter.writeUInt32BE(143, lengthAt);
    const value = `-----BEGIN OPENSSH PRIVATE KEY-----\n${shorter.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----`;
    expect(pointersOf('private_key', { value, passphrase: PASSPHRASE })).toEqual(['/payload/value']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(escaped).toEqual([]);
  } finally {
    process.off('uncaughtException', note);
  }
});
