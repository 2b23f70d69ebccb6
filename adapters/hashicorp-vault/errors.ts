import { failureError } from '../lib/transport-failure.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';
import { isRecord, versionFacts } from './answers.ts';
import { Refusal } from './transport.ts';

/** https://developer.hashicorp.com/vault/api-docs#http-status-codes; 307 is a standby that does not forward. */
const STATUS_CODES: Readonly<Record<number, VaultErrorCode>> = {
  307: 'unavailable',
  400: 'invalid_argument',
  403: 'permission_denied',
  405: 'unsupported',
  412: 'unavailable',
  413: 'too_large',
  429: 'rate_limited',
  472: 'unavailable',
  473: 'unavailable',
};

const CAS_MISMATCH = 'check-and-set parameter did not match the current version';

/** The one place where what Vault answered becomes our code. `mutates` says whether the request could change anything. */
export function classify(error: unknown, operation: string, mutates: boolean): VaultError {
  if (error instanceof VaultError) return error;
  if (error instanceof Refusal) return classifyRefusal(error, operation, mutates);
  return failureError(error, operation, mutates);
}

function classifyRefusal(refusal: Refusal, operation: string, mutates: boolean): VaultError {
  const { status } = refusal;
  const texts = errorTexts(refusal.body());
  if (status === 404) return classifyNotFound(refusal, texts, operation, mutates);
  if (status === 400 && texts?.some((text) => text.includes(CAS_MISMATCH))) {
    return new VaultError('version_conflict', operation);
  }
  const code = STATUS_CODES[status] ?? (status >= 500 && status <= 599 ? 'unavailable' : 'unknown');
  // A proxy can answer anything after passing the request on: only Vault's own kind of refusal proves something.
  const proved = status === 307 || status === 429 || (texts !== undefined && status >= 400 && status < 500);
  return new VaultError(code, operation, {
    maybeApplied: mutates && !proved,
    ...(code === 'rate_limited' && { retryAfterMs: refusal.retryAfterMs }),
  });
}

/**
 * Vault says "there is none" with `{"errors":[]}`, and "removed" with the version's metadata (KV version 2 API, "Read
 * secret version"). A text in `errors` is about the path itself: no such mount, which can be mended there. Anything else
 * is not Vault.
 */
function classifyNotFound(
  refusal: Refusal,
  texts: readonly string[] | undefined,
  operation: string,
  mutates: boolean,
): VaultError {
  const facts = versionFacts(refusal.body());
  if (facts) {
    const removed = facts.destroyed ? undefined : { version: String(facts.version), labels: facts.labels };
    return new VaultError('not_found', operation, { removed });
  }
  if (texts?.length === 0) return new VaultError('not_found', operation);
  if (texts) return new VaultError('unavailable', operation);
  return new VaultError('unknown', operation, { maybeApplied: mutates });
}

/** True when Vault itself, and not something before it, said 403. */
export function isVaultDenial(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 403 && errorTexts(error.body()) !== undefined;
}

function errorTexts(body: unknown): readonly string[] | undefined {
  if (!isRecord(body) || !Array.isArray(body.errors)) return undefined;
  return body.errors.every((text) => typeof text === 'string') ? body.errors : undefined;
}
