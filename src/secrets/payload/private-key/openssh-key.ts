import sshpk from 'sshpk';
import type { SecretValue } from '../../../../adapters/secret-value.ts';
import { byteReader } from '../byte-reader.ts';
import { bcryptCost, MAX_DERIVATION_COST } from '../key-derivation.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { refuseField } from '../payload-type.ts';
import { ecFacts } from './ec-facts.ts';
import { checkPassphrasePresence, WRONG_PASSPHRASE } from './passphrase.ts';
import { type PemBlock, writePemBlock } from './pem-block.ts';

const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1');
const CIPHERS = /^(none|aes(128|192|256)-(ctr|cbc))$/;
const AES_BLOCK = 16;
const NOT_A_KEY = 'an undamaged OpenSSH private key of type RSA, DSA, ECDSA or Ed25519';

/**
 * Opens a key in OpenSSH's own format. Throws `invalid_input`, see `PayloadType.inspect`.
 *
 * The envelope is read first, and only what passes reaches the parser: that one runs as many rounds as the file says, and
 * a cipher error on a truncated block would end the process, because it is thrown from a stream's event.
 */
export function inspectOpensshKey(block: PemBlock, passphrase: SecretValue | undefined): PayloadFacts {
  const envelope = block.headers.size === 0 ? readEnvelope(block.body) : undefined;
  if (envelope === undefined) refuseField('value', NOT_A_KEY);
  const { cipher, kdf, rounds, privateLength, complete } = envelope;
  const encrypted = cipher !== 'none';
  if (!CIPHERS.test(cipher) || kdf !== (encrypted ? 'bcrypt' : 'none')) {
    refuseField('value', 'an OpenSSH private key without encryption or encrypted with AES-CTR or AES-CBC');
  }
  if (!complete || (encrypted && privateLength % AES_BLOCK !== 0)) refuseField('value', NOT_A_KEY);
  if (bcryptCost(rounds) > MAX_DERIVATION_COST) {
    refuseField('value', 'an OpenSSH private key with at most 100 rounds (`ssh-keygen -a 100`)');
  }
  checkPassphrasePresence(encrypted, passphrase);
  const key = open(block, passphrase);
  if (key === undefined) refuseField(encrypted ? 'passphrase' : 'value', encrypted ? WRONG_PASSPHRASE : NOT_A_KEY);
  return { format: 'openssh', encrypted, ...keyFacts(key) };
}

/** OpenSSH's PROTOCOL.key, section 1: magic, cipher, kdf, options (salt, rounds), count, public key, private part. */
function readEnvelope(body: Buffer) {
  try {
    const reader = byteReader(body, truncated);
    if (!reader.take(MAGIC.length).equals(MAGIC)) return undefined;
    const string = (): Buffer => reader.take(reader.u32());
    const [cipher, kdf, options] = [string().toString('latin1'), string().toString('latin1'), string()];
    const keyCount = reader.u32();
    string();
    const privateLength = string().length;
    return keyCount === 1
      ? { cipher, kdf, rounds: readRounds(options), privateLength, complete: reader.atEnd() }
      : undefined;
  } catch {
    return undefined;
  }
}

function readRounds(options: Buffer): number {
  if (options.length === 0) return 0;
  const reader = byteReader(options, truncated);
  reader.take(reader.u32());
  return reader.u32();
}

function truncated(): Error {
  return new Error('truncated');
}

function open(block: PemBlock, passphrase: SecretValue | undefined): sshpk.PrivateKey | undefined {
  const options = passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase.reveal()) };
  try {
    return sshpk.parsePrivateKey(writePemBlock(block), 'pem', options);
  } catch {
    return undefined;
  }
}

function keyFacts(key: sshpk.PrivateKey): PayloadFacts {
  switch (key.type) {
    case 'rsa':
    case 'dsa':
      return { algorithm: key.type, bits: key.size };
    case 'ecdsa':
      return { algorithm: 'ec', ...ecFacts(key.curve) };
    case 'ed25519':
      return { algorithm: 'ed25519' };
    default:
      return refuseField('value', NOT_A_KEY);
  }
}
