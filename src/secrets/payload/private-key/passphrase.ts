import type { SecretValue } from '../../../../adapters/secret-value.ts';
import { refuseField } from '../payload-type.ts';

/** For a passphrase with which an encrypted key does not open. */
export const WRONG_PASSPHRASE = 'the passphrase that opens the key';

/** A passphrase must be there exactly when the key is encrypted: a wrong pair must not be found out by its user. */
export function checkPassphrasePresence(encrypted: boolean, passphrase: SecretValue | undefined): void {
  if (encrypted && passphrase === undefined) refuseField('passphrase', 'the passphrase of the encrypted key');
  if (!encrypted && passphrase !== undefined) refuseField('passphrase', 'no such field: the key is not encrypted');
}
