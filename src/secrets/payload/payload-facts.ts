/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * What may be shown of a payload to people who must not see it: stored beside the version, shown to reviewers, searched.
 * Never a field's content nor anything from which it could be guessed. Times are ISO 8601 in UTC. By type:
 *
 * - `jwt_token`: `algorithm`, `issuedAt`, `expiresAt` (each time only when the token states it). No subject, no claims.
 * - `private_key`: `format` (`pkcs1`, `sec1`, `dsa`, `pkcs8`, `openssh`), `algorithm` (`rsa`, `rsa-pss`, `dsa`, `ec`,
 *   `ed25519`, `ed448`, `x25519`, `x448`), `encrypted`, and `bits` (RSA, DSA) or `curve` (EC).
 * - `secret_key`: `bits`, and `algorithm` when it was given.
 * - `key_store`: `format`, `entryCount`, `entries` (the first 100, see `KeyStoreEntry`), `expiresAt`: the earliest end of a
 *   certificate in those, when there is one, and `keyMatchesCertificate`: whether every private key that could be compared
 *   with its certificate belongs to it.
 * - the others: empty.
 */
export type PayloadFacts = Readonly<Record<string, Json>>;
