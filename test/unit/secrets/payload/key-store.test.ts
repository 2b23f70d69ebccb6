import forge from 'node-forge';
import { expect, test } from 'vitest';
import * as fixtures from './fixtures.ts';
import { factsOf, pointersOf, problemsOf } from './support.ts';

const PASSWORD = fixtures.STORE_PASSWORD;
const pkcs12 = (value: string, password = PASSWORD) => ({ value, password, format: 'pkcs12' });
const date = expect.stringMatching(/^2126-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);

test.each([
  ['OpenSSL 3', fixtures.P12_OPENSSL, PASSWORD, [{ alias: 'web server', kind: 'private_key', notAfter: date }]],
  ['OpenSSL, legacy', fixtures.P12_LEGACY, PASSWORD, [{ alias: 'legacy', kind: 'private_key', notAfter: date }]],
  [
    'an EC key with a chain',
    fixtures.P12_EC,
    fixtures.UNICODE_PASSWORD,
    [
      { alias: 'ec', kind: 'private_key', notAfter: date },
      { alias: null, kind: 'certificate', notAfter: date },
    ],
  ],
  ['no key', fixtures.P12_TRUST, PASSWORD, [{ alias: null, kind: 'certificate', notAfter: date }]],
  [
    'keytool with a secret key',
    fixtures.P12_KEYTOOL,
    PASSWORD,
    [
      { alias: 'app', kind: 'private_key', notAfter: date },
      { alias: 'aes', kind: 'secret_key', notAfter: null },
    ],
  ],
  ['old keytool', fixtures.P12_KEYTOOL_LEGACY, PASSWORD, [{ alias: 'old', kind: 'private_key', notAfter: date }]],
])('opens PKCS#12 with its password only: %s', (_, value, password, entries) => {
  expect(factsOf('key_store', pkcs12(value, password))).toEqual({
    format: 'pkcs12',
    entryCount: entries.length,
    entries,
    expiresAt: date,
    ...(entries[0]?.kind === 'private_key' ? { keyMatchesCertificate: true } : {}),
  });
  for (const wrong of ['another', `${password} `, 'x'.repeat(5000)]) {
    expect(problemsOf('key_store', pkcs12(value, wrong))).toEqual([
      { pointer: '/payload/password', expected: 'the password that opens the key store' },
    ]);
  }
});

test('opens JKS with its password only', () => {
  const value = fixtures.JKS;
  expect(factsOf('key_store', { value, password: PASSWORD, format: 'jks' })).toEqual({
    format: 'jks',
    entryCount: 2,
    entries: expect.arrayContaining([
      { alias: 'app', kind: 'private_key', notAfter: date },
      { alias: 'ca', kind: 'certificate', notAfter: date },
    ]),
    expiresAt: date,
    keyMatchesCertificate: true,
  });
  expect(pointersOf('key_store', { value, password: 'another', format: 'jks' })).toEqual(['/payload/password']);
});

test('base64 may be wrapped into lines', () => {
  const wrapped = `${fixtures.JKS.replace(/.{76}/g, '$&\r\n')}\n`;
  expect(factsOf('key_store', { value: wrapped, password: PASSWORD, format: 'jks' }).entryCount).toBe(2);
});

test('the format must be that of the content', () => {
  expect(problemsOf('key_store', { value: fixtures.JKS, password: PASSWORD, format: 'pkcs12' })).toEqual([
    { pointer: '/payload/format', expected: '`jks`, which is what `value` holds' },
  ]);
  expect(pointersOf('key_store', { value: fixtures.P12_EC, password: PASSWORD, format: 'jks' })).toEqual([
    '/payload/format',
  ]);
  for (const format of ['JKS', 'pem', 'p12', 'toString', Uint8Array.of(255)]) {
    expect(pointersOf('key_store', { value: fixtures.JKS, password: PASSWORD, format })).toEqual(['/payload/format']);
  }
});

test('JCEKS is named as what it is', () => {
  for (const format of ['jks', 'pkcs12']) {
    expect(problemsOf('key_store', { value: fixtures.JCEKS, password: PASSWORD, format })).toMatchObject([
      { pointer: '/payload/value', expected: expect.stringMatching(/not JCEKS$/) },
    ]);
  }
});

test('a store without MAC proves no password', () => {
  expect(problemsOf('key_store', pkcs12(fixtures.P12_NO_MAC))).toMatchObject([
    { pointer: '/payload/value', expected: expect.stringContaining('MAC') },
  ]);
});

test.each([
  ['no base64', 'not base64'],
  ['text', Buffer.from('some text').toString('base64')],
  ['another DER structure', fixtures.CERTIFICATE],
  ['an empty sequence', 'MAA='],
  ['raw bytes', Uint8Array.of(0x30, 0x82, 0xff)],
])('refuses %s', (_, value) => {
  expect(pointersOf('key_store', { value, password: PASSWORD, format: 'pkcs12' })).toEqual(['/payload/value']);
});

test('refuses a password that is no text', () => {
  const password = Uint8Array.of(255);
  expect(pointersOf('key_store', { value: fixtures.JKS, password, format: 'jks' })).toEqual(['/payload/password']);
});

test.each([
  ['pkcs12', fixtures.P12_OPENSSL],
  ['pkcs12', fixtures.P12_KEYTOOL],
  ['jks', fixtures.JKS],
])('damage to %s is refused wherever it is', (format, base64) => {
  const bytes = Buffer.from(base64, 'base64');
  for (let at = 4; at < bytes.length; at += 41) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    const [pointer] = pointersOf('key_store', { value: damaged.toString('base64'), password: PASSWORD, format });
    expect(['/payload/value', '/payload/password']).toContain(pointer);
    const cut = bytes.subarray(0, at).toString('base64');
    expect(pointersOf('key_store', { value: cut, password: PASSWORD, format })).toHaveLength(1);
  }
});

/** Walks a tree of ASN.1 by indexes. */
function nodeAt(root: forge.asn1.Asn1, path: readonly number[]): forge.asn1.Asn1 {
  return path.reduce((node, index) => (node.value as forge.asn1.Asn1[])[index] ?? node, root);
}

function treeOf(base64: string): forge.asn1.Asn1 {
  return forge.asn1.fromDer(Buffer.from(base64, 'base64').toString('latin1'));
}

function base64Of(root: forge.asn1.Asn1): string {
  return Buffer.from(forge.asn1.toDer(root).getBytes(), 'latin1').toString('base64');
}

test('an absurd number of iterations is refused without trying: MAC', () => {
  for (const count of ['7fffffff', '00ffffffff', '00', 'ff', '']) {
    const root = treeOf(fixtures.P12_OPENSSL);
    nodeAt(root, [2, 2]).value = Buffer.from(count, 'hex').toString('latin1');
    const start = performance.now();
    expect(pointersOf('key_store', pkcs12(base64Of(root)))).toEqual(['/payload/value']);
    expect(performance.now() - start).toBeLessThan(10_000);
  }
});

test('an absurd number of iterations is refused without trying: content, and many contents in sum', () => {
  const withContents = (change: (contents: forge.asn1.Asn1) => void) => {
    const root = treeOf(fixtures.P12_LEGACY);
    const holder = nodeAt(root, [1, 1, 0]);
    const contents = forge.asn1.fromDer(holder.value as string);
    change(contents);
    holder.value = forge.asn1.toDer(contents).getBytes();
    return base64Of(root);
  };
  const iterations = [0, 1, 0, 1, 1, 1, 1];
  const one = withContents((contents) => {
    expect(Buffer.from(nodeAt(contents, iterations).value as string, 'latin1').readUInt16BE()).toBe(2048);
    nodeAt(contents, iterations).value = Buffer.from('7fffffff', 'hex').toString('latin1');
  });
  const many = withContents((contents) => {
    nodeAt(contents, iterations).value = Buffer.from('01a000', 'hex').toString('latin1');
    const first = nodeAt(contents, [0]);
    (contents.value as forge.asn1.Asn1[]).push(...Array.from({ length: 20 }, () => first));
  });
  for (const value of [one, many]) {
    const start = performance.now();
    expect(problemsOf('key_store', pkcs12(value))).toMatchObject([
      { pointer: '/payload/value', expected: expect.stringContaining('fewer iterations') },
    ]);
    expect(performance.now() - start).toBeLessThan(10_000);
  }
});

test('aliases are shown without what a database column cannot hold, and cut', () => {
  const keys = forge.pki.rsa.generateKeyPair(1024);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.validity.notAfter = new Date('2040-01-02T03:04:05Z');
  certificate.sign(keys.privateKey);
  const friendlyName = `a\0\ud800${'x'.repeat(200)}`;
  const store = forge.pkcs12.toPkcs12Asn1(keys.privateKey, certificate, PASSWORD, { algorithm: '3des', friendlyName });
  expect(factsOf('key_store', pkcs12(base64Of(store)))).toEqual({
    format: 'pkcs12',
    entryCount: 1,
    entries: [{ alias: `a\ufffd\ufffd${'x'.repeat(125)}`, kind: 'private_key', notAfter: '2040-01-02T03:04:05.000Z' }],
    expiresAt: '2040-01-02T03:04:05.000Z',
    keyMatchesCertificate: true,
  });
});
