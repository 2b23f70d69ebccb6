import { type SecretFields, SecretValue } from '../../../adapters/secret-value.ts';
import type { Change } from '../../approvals/change.ts';
import { openPayload } from '../../approvals/change-service.ts';
import type { OpenText } from '../../approvals/open-text.ts';
import { payloadAuthor } from '../../approvals/revision-store.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { SealError } from '../../crypto/seal.ts';
import { parseCanonicalBytes } from '../payload/canonical-bytes.ts';
import { isSecretChange } from '../secret-change.ts';
import { type InnerValue, innerValues, isSecretName } from './inner-values.ts';
import { mentionsValue } from './mention.ts';
import { strengthOf } from './strength.ts';

/** Looks for values of the waiting payload, of a secret or of a vault's credentials, in what is about to be said of it. */
export function createOpenText(keyring: Keyring): OpenText {
  return async (db, actor, change, text) => {
    const fields = payloadFields(keyring, change);
    if (fields === undefined) return true;
    const knows = (await payloadAuthor(db, change.id)) === actor.personId;
    return !mentionsValue(text, fields, knows ? 'low' : 'fair');
  };
}

function payloadFields(keyring: Keyring, change: Change): SecretFields | undefined {
  const payload = payloadOf(keyring, change);
  if (payload === undefined) return undefined;
  if (isSecretChange(change)) return parseCanonicalBytes(payload);
  const values = (innerValues(payload.toString('utf8')) ?? []).filter(isCredential);
  return new Map(values.map(({ text }, index) => [`value${index}`, SecretValue.fromText(text)]));
}

/** What does not open is refused when it is to be executed. */
function payloadOf(keyring: Keyring, change: Change): Buffer | undefined {
  try {
    return openPayload(keyring, change);
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is no secret of a vault, profile or policy is named in comments for good reason. */
function isCredential({ name, text }: InnerValue): boolean {
  return isSecretName(name) || (!UUID.test(text) && strengthOf(Buffer.from(text, 'utf8')) === 'strong');
}
