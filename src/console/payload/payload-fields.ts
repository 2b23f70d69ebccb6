import type { Secret } from '../../client/api-types.ts';
import { generateKey, generatePassword } from './generate.ts';

export type SecretType = Secret['type'];

/** How a field of a content is asked for. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  /** One open line, one hidden line, hidden text of many lines or a file, a file of bytes, one of some words. */
  readonly kind: 'line' | 'secret' | 'text' | 'file' | 'choice';
  readonly required: boolean;
  readonly hint?: string;
  readonly generate?: () => string;
  readonly choices?: readonly string[];
}

const SECRET_TEXT = { kind: 'secret', required: true } as const;

/** The fields of each type, as the API knows them; `key_value` has any. */
export const FIELDS: Readonly<Record<SecretType, readonly FieldSpec[]>> = {
  basic_auth: [
    { name: 'username', label: 'User name', kind: 'line', required: true },
    { name: 'password', label: 'Password', ...SECRET_TEXT, generate: generatePassword },
  ],
  api_key: [{ name: 'value', label: 'Key', ...SECRET_TEXT, generate: generatePassword }],
  jwt_token: [
    {
      name: 'value',
      label: 'Token',
      kind: 'text',
      required: true,
      hint: 'Three parts joined by dots. Its expiry is shown to others, its claims are not.',
    },
  ],
  private_key: [
    { name: 'value', label: 'Private key', kind: 'text', required: true, hint: 'PEM or OpenSSH. Drop the file here.' },
    { name: 'passphrase', label: 'Passphrase', kind: 'secret', required: false, hint: 'Only if the key is encrypted.' },
  ],
  secret_key: [
    {
      name: 'value',
      label: 'Key',
      ...SECRET_TEXT,
      hint: 'In base64. What is generated has 256 bits.',
      generate: generateKey,
    },
    { name: 'algorithm', label: 'Algorithm', kind: 'line', required: false, hint: 'For example AES-256-GCM.' },
  ],
  key_store: [
    { name: 'value', label: 'Key store', kind: 'file', required: true, hint: 'A PKCS#12 (.p12, .pfx) or JKS file.' },
    { name: 'format', label: 'Format', kind: 'choice', required: true, choices: ['pkcs12', 'jks'] },
    { name: 'password', label: 'Password of the key store', ...SECRET_TEXT },
  ],
  key_value: [],
  generic: [
    { name: 'value', label: 'Content', kind: 'text', required: true, hint: 'Any text, or any file up to 64 KiB.' },
  ],
};

export const TYPE_LABEL: Readonly<Record<SecretType, string>> = {
  basic_auth: 'User name and password',
  api_key: 'API key',
  jwt_token: 'JSON web token',
  private_key: 'Private key',
  secret_key: 'Symmetric key',
  key_store: 'Key store',
  key_value: 'Several values',
  generic: 'Anything',
};

export const SECRET_TYPES = Object.keys(TYPE_LABEL) as readonly SecretType[];
