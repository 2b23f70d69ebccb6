import { X509Certificate } from 'node:crypto';
import type { Json, PayloadFacts } from '../payload-facts.ts';

/** What is shown of one entry of a key store. */
export interface KeyStoreEntry {
  /** Its name there, cut to 128 characters and without control characters; `null` where it has none. */
  readonly alias: string | null;
  readonly kind: 'private_key' | 'certificate' | 'secret_key' | 'other';
  /** End of its certificate (the key's own, for a private key) in ISO 8601; `null` without a readable certificate. */
  readonly notAfter: string | null;
  /** Of a private key: does it belong to its certificate? Absent when that cannot be told. */
  readonly matches?: boolean | undefined;
}

const MAX_ENTRIES = 100;
const MAX_ALIAS = 128;
// JSON columns of PostgreSQL hold neither NUL nor lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Surrogate}]/gu;

export function keyStoreFacts(format: string, entries: readonly KeyStoreEntry[]): PayloadFacts {
  const shown = entries.slice(0, MAX_ENTRIES);
  const told = entries.flatMap(({ matches }) => matches ?? []);
  const [expiresAt] = shown.flatMap(({ notAfter }) => notAfter ?? []).sort();
  return {
    format,
    entryCount: entries.length,
    entries: shown.map(({ alias, kind, notAfter }): Json => ({ alias: alias && printable(alias), kind, notAfter })),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(told.length === 0 ? {} : { keyMatchesCertificate: told.every((matches) => matches) }),
  };
}

/** End of a certificate in DER, or `null` when it cannot be read. */
export function certificateEnd(der: Uint8Array | undefined): string | null {
  if (der === undefined) return null;
  try {
    return new Date(new X509Certificate(der).validTo).toISOString();
  } catch {
    return null;
  }
}

function printable(alias: string): string {
  return [...alias.replace(UNPRINTABLE, '\ufffd')].slice(0, MAX_ALIAS).join('');
}
