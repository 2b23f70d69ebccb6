import type { PayloadFacts } from '../payload-facts.ts';
import { refuseField } from '../payload-type.ts';

/** NIST's names (FIPS 186-5) for the curves that OpenSSL and OpenSSH each call differently. */
const NIST_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  nistp256: 'P-256',
  nistp384: 'P-384',
  nistp521: 'P-521',
};

/** Facts of an elliptic curve key. A key on parameters of its own, without a curve's name, is refused. */
export function ecFacts(curve: string | undefined): PayloadFacts {
  if (curve === undefined) refuseField('value', 'an EC key on a named curve');
  return { curve: NIST_NAMES[curve] ?? curve };
}
