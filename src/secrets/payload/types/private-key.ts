import type { SecretFields } from '../../../../adapters/secret-value.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { type PayloadType, refuseField, requiredText } from '../payload-type.ts';
import { inspectOpensshKey } from '../private-key/openssh-key.ts';
import { inspectOpensslKey } from '../private-key/openssl-key.ts';
import { type PemBlock, readPemBlocks } from '../private-key/pem-block.ts';

const EXPECTED = 'one private key in PEM: PKCS#1, SEC1, PKCS#8 or OpenSSH';

/** A private key with the passphrase that opens it, if it is encrypted. */
export const privateKey: PayloadType = { fields: { required: ['value'], optional: ['passphrase'] }, inspect };

function inspect(fields: SecretFields): PayloadFacts {
  const text = requiredText(fields, 'value', EXPECTED);
  const block = onlyPrivateKey(readPemBlocks(text) ?? refuseField('value', `${EXPECTED}, undamaged`), text);
  const passphrase = fields.get('passphrase');
  return block.label === 'OPENSSH PRIVATE KEY'
    ? inspectOpensshKey(block, passphrase)
    : inspectOpensslKey(block, passphrase);
}

/** `openssl ecparam` and `dsaparam` with `-genkey` put parameters in a block of their own in front of the key; that is one key. */
function onlyPrivateKey(blocks: readonly PemBlock[], text: string): PemBlock {
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const others = blocks.filter(({ label }) => !label.endsWith('PRIVATE KEY') && !label.endsWith(' PARAMETERS'));
  const [key] = keys;
  if (key !== undefined && keys.length === 1 && others.length === 0) return key;
  if (keys.length > 0) refuseField('value', `${EXPECTED}, and nothing else`);
  if (others.some(({ label }) => label.includes('CERTIFICATE'))) refuseField('value', `${EXPECTED}; not a certificate`);
  const isPublic = others.some(({ label }) => label.endsWith('PUBLIC KEY')) || /^\s*(ssh-|ecdsa-sha2-)/.test(text);
  refuseField('value', isPublic ? `${EXPECTED}; not a public key` : EXPECTED);
}
