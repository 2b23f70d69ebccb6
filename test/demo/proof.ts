import { decodeFields } from '../../adapters/lib/encode-fields.ts';
import { fingerprint } from '../../src/crypto/fingerprint.ts';
import { createKeyring, parseMasterKeys } from '../../src/crypto/keyring.ts';
import { canonicalBytes } from '../../src/secrets/payload/canonical-bytes.ts';
import type { Profile } from './stage.ts';

/** A secret of the story: what its author wrote, and what the broker says of its newest version. */
export interface Written {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly version: number;
  readonly fingerprint: string;
  readonly path: string;
}

/**
 * Asks a vault itself, past the broker, what it holds for a secret: `equal` when it is byte for byte what was written and
 * the keyed fingerprint made from it is the version's.
 */
export async function look(
  profile: Profile,
  secret: Written,
  keys: { readonly masterKey: string; readonly organizationId: string },
): Promise<'equal' | 'different' | 'absent'> {
  const content = await profile.vault.read(secret.path);
  if (content === undefined) return 'absent';
  const { id, type, payload } = secret;
  const keyring = createKeyring(parseMasterKeys(keys.masterKey));
  const { organizationId } = keys;
  const made = fingerprint(keyring, { id, type, organizationId }, canonicalBytes(decodeFields(content.data)));
  const names = Object.keys(content.data);
  const same =
    names.length === Object.keys(payload).length && names.every((name) => content.data[name] === payload[name]);
  return same && made === secret.fingerprint ? 'equal' : 'different';
}
