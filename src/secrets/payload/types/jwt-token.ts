import type { SecretFields } from '../../../../adapters/secret-value.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { type PayloadType, refuseField, requiredText } from '../payload-type.ts';

const TOKEN_EXPECTED = 'a signed JSON web token: three base64url parts joined by `.` (RFC 7519)';
const TOKEN = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/;
const ALGORITHM = /^[A-Za-z0-9-]{1,32}$/;
/** The last second of the year 9999: the end of what ISO 8601 writes with four digits. */
const LAST_SECOND = 253_402_300_799;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A signed token. It is data here: its form is checked, its signature, audience and expiry are not. */
export const jwtToken: PayloadType = { fields: { required: ['value'], optional: [] }, inspect };

function inspect(fields: SecretFields): PayloadFacts {
  const [, headerPart, claimsPart] = TOKEN.exec(requiredText(fields, 'value', TOKEN_EXPECTED)) ?? [];
  if (headerPart === undefined || claimsPart === undefined) refuseField('value', TOKEN_EXPECTED);
  const header = decodeObject(headerPart) ?? refuseField('value', 'a token whose header is a JSON object');
  const claims = decodeObject(claimsPart) ?? refuseField('value', 'a token whose claims are a JSON object');
  const algorithm = header.alg;
  if (typeof algorithm !== 'string' || !ALGORITHM.test(algorithm) || algorithm === 'none') {
    refuseField('value', 'a token whose header names its signature algorithm in `alg`');
  }
  return { algorithm, ...time('issuedAt', claims, 'iat'), ...time('expiresAt', claims, 'exp') };
}

/** RFC 7519 section 2, NumericDate: seconds since 1970, fractions allowed. */
function time(fact: string, claims: Record<string, unknown>, claim: string): PayloadFacts {
  const seconds = claims[claim];
  if (seconds === undefined) return {};
  if (typeof seconds !== 'number' || seconds < 0 || seconds > LAST_SECOND) {
    refuseField('value', `a token whose \`${claim}\` is a number of seconds since 1970, at most ${LAST_SECOND}`);
  }
  return { [fact]: new Date(seconds * 1000).toISOString() };
}

function decodeObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(Buffer.from(part, 'base64url')));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
