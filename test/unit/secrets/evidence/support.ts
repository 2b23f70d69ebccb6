import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';
import { createKeyring, type Keyring, parseMasterKeys } from '../../../../src/crypto/keyring.ts';
import { compareContent, type KnownContent } from '../../../../src/secrets/evidence/compare-content.ts';
import { traitsOf } from '../../../../src/secrets/evidence/content-traits.ts';
import { type Warning, warningsOf } from '../../../../src/secrets/evidence/warnings.ts';
import { checkPayload } from '../../../../src/secrets/payload/check-payload.ts';
import type { SecretType } from '../../../../src/secrets/payload/secret-type.ts';
import { fieldsOf } from '../payload/support.ts';

export type Payload = Readonly<Record<string, string | Uint8Array>>;

export const NOW = new Date('2026-11-22T12:00:00Z');
export const keyring = createKeyring(
  parseMasterKeys(Buffer.from('a key that is for tests only, 32b').subarray(0, 32).toString('base64')),
);
export const SECRET = {
  id: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23',
  organizationId: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b24',
};

/** What is known of a payload after it was checked as that type. */
export function known(type: SecretType, payload: Payload, ring: Keyring = keyring): KnownContent {
  const fields = fieldsOf(payload);
  return { facts: checkPayload(type, fields).facts, traits: traitsOf(ring, { ...SECRET, type }, fields) };
}

/** The evidence of replacing the last of `versions` by `next`, for a reviewer. */
export function evidenceOf(type: SecretType, versions: readonly Payload[], next: Payload, mayCompare = true) {
  return evidenceAmong(
    versions.map((payload) => known(type, payload)),
    known(type, next),
    mayCompare,
  );
}

/** The same for contents that were looked at before. */
export function evidenceAmong(versions: readonly KnownContent[], next: KnownContent, mayCompare = true) {
  const older = versions.slice(0, -1).map(({ traits }, index) => ({ version: index + 1, traits }));
  const evidence = compareContent(versions.at(-1), next, older.reverse(), mayCompare);
  return { ...evidence, warnings: warningsOf(next, evidence, NOW) };
}

export function codesOf(warnings: readonly Warning[]): string[] {
  return [...new Set(warnings.map((warning) => warning.code))].sort();
}

const DAY_MS = 86_400_000;

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** An RSA key and a certificate for it, good from and until so many days from {@link NOW}. */
export function certified(days: number, { from = -1, bits = 2048 } = {}): Pair {
  const pair = generateKeyPairSync('rsa', { modulusLength: bits });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(NOW.getTime() + from * DAY_MS);
  certificate.validity.notAfter = new Date(NOW.getTime() + days * DAY_MS);
  const name = [{ name: 'commonName', value: 'shop.example.com' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(privateKey, forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(certificate) };
}

/** A PKCS#12 key store of a key with a certificate, which need not be its own. */
export function keyStore(key: string, cert: string): Payload {
  const certificate = forge.pki.certificateFromPem(cert);
  const options = { algorithm: '3des', friendlyName: 'web', generateLocalKeyId: true } as const;
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(key), [certificate], 'Store-Pass-83kd9#', options);
  const value = Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1').toString('base64');
  return { value, password: 'Store-Pass-83kd9#', format: 'pkcs12' };
}

/** A token that ends so many days from {@link NOW}. */
export function token(days: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor((NOW.getTime() + days * DAY_MS) / 1000);
  return `${part({ alg: 'RS256' })}.${part({ sub: 'shop', exp })}.${Buffer.from(`signature ${days} of a token`).toString('base64url')}`;
}

export function privateKeyPem(bits: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function ecKeyPem(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
