import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { SecretValue } from '../../../adapters/secret-value.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import { type PemBlock, readPemBlocks, writePemBlock } from '../payload/private-key/pem-block.ts';
import { jwtToken } from '../payload/types/jwt-token.ts';

/** What is recognised in one field, whatever the secret's type: keys and certificates in PEM, and signed tokens. */
export interface FieldMaterial {
  /** Safe to show, like `PayloadFacts`; `kind` is `certificate`, `private_key`, `key_and_certificate` or `jwt`. */
  readonly facts: PayloadFacts;
  /** Public keys (SPKI in DER) of private keys that are not encrypted. */
  readonly privateKeys: readonly Buffer[];
  /** Public keys (SPKI in DER) of the certificates. */
  readonly certificates: readonly Buffer[];
}

/** Undefined when the field is none of these. Never throws: what cannot be read is not recognised. */
export function materialOf(text: string): FieldMaterial | undefined {
  if (text.includes('-----BEGIN ')) return pemMaterial(readPemBlocks(text) ?? []);
  const token = text.trim();
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(token) ? jwtMaterial(token) : undefined;
}

function jwtMaterial(token: string): FieldMaterial | undefined {
  try {
    const facts = jwtToken.inspect(new Map([['value', SecretValue.fromText(token)]]));
    return { facts: { kind: 'jwt', ...facts }, privateKeys: [], certificates: [] };
  } catch {
    return undefined;
  }
}

function pemMaterial(blocks: readonly PemBlock[]): FieldMaterial | undefined {
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').flatMap(({ body }) => readable(body));
  const keyBlocks = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const keys = keyBlocks.flatMap((block) => openKey(block));
  const [leaf] = certificates;
  const [key] = keys;
  if (leaf === undefined && keyBlocks.length === 0) return undefined;
  const kind = leaf === undefined ? 'private_key' : keyBlocks.length > 0 ? 'key_and_certificate' : 'certificate';
  const facts = {
    kind,
    ...(leaf === undefined ? {} : certificateFacts(leaf)),
    ...(key === undefined ? (leaf === undefined ? { encrypted: true } : {}) : keyFacts(key)),
  };
  return {
    facts,
    privateKeys: keys.map(spkiOf),
    certificates: certificates.map((certificate) => spkiOf(certificate.publicKey)),
  };
}

function readable(der: Buffer): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}

function openKey(block: PemBlock): KeyObject[] {
  try {
    return [createPublicKey(createPrivateKey(writePemBlock(block)))];
  } catch {
    return [];
  }
}

function certificateFacts(certificate: X509Certificate): PayloadFacts {
  return {
    notBefore: new Date(certificate.validFrom).toISOString(),
    expiresAt: new Date(certificate.validTo).toISOString(),
    ...keyFacts(certificate.publicKey),
  };
}

function keyFacts(key: KeyObject): PayloadFacts {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return {
    algorithm: key.asymmetricKeyType ?? 'unknown',
    ...(modulusLength === undefined ? {} : { bits: modulusLength }),
    ...(namedCurve === undefined ? {} : { curve: NIST_NAMES[namedCurve] ?? namedCurve }),
  };
}

const NIST_NAMES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
