import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { realAddress } from '../lib/real-address.ts';

const SLASHED_NAME = /^\/*[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\/*$/;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

const CREDENTIALS = {
  token: { wanted: ['token'], refused: ['roleId', 'secretId', 'authMount'] },
  approle: { wanted: ['roleId', 'secretId'], refused: ['token'] },
} as const;

const slashedName = (what: string) =>
  z
    .string()
    .max(512)
    .refine((text) => SLASHED_NAME.test(text) && !text.split('/').some((part) => part === '.' || part === '..'), {
      error: `expected the name of ${what}: segments of letters, digits, _, - and ., joined by /`,
    });

/** What one profile says: which engine, and where in it. */
export const hashicorpVaultAttributes = z.strictObject({
  mount: slashedName('a KV version 2 mount')
    .default('secret')
    .meta({ description: 'Path of the KV version 2 secrets engine.' }),
  prefix: slashedName('a folder')
    .optional()
    .meta({ description: 'Folder of the mount that holds all entries; without it they lie directly below the mount.' }),
});

export type HashicorpVaultAttributes = z.output<typeof hashicorpVaultAttributes>;

const credential = () =>
  z.string().max(4096).regex(VISIBLE_ASCII, { error: 'expected visible ASCII characters without spaces' });

/** Settings of a HashiCorp Vault or OpenBao. Nothing is taken from `VAULT_*` variables. */
export const hashicorpVaultSettings = z
  .strictObject({
    address: z
      .string()
      .max(2048)
      .refine((text) => realAddress(text) !== undefined, { error: 'expected http(s)://host[:port] and nothing else' })
      .meta({ description: 'Where the server answers, for example https://vault.example.com:8200.' }),
    namespace: slashedName('a namespace')
      .optional()
      .meta({ description: 'Namespace of Vault Enterprise, HCP Vault or OpenBao.' }),
    authMethod: z.enum(['token', 'approle']).meta({ description: 'How to log in.' }),
    token: credential().optional().meta({ description: 'The token, for authMethod token.' }),
    roleId: credential().optional().meta({ description: 'The RoleID, for authMethod approle.' }),
    secretId: credential().optional().meta({ description: 'The SecretID, for authMethod approle.' }),
    authMount: slashedName('an auth mount')
      .optional()
      .meta({ description: 'Path of the AppRole auth method; approle when not given.' }),
    caCert: z
      .string()
      .max(65_536)
      .refine(isCertificateBundle, { error: 'expected one or more PEM certificates' })
      .optional()
      .meta({ description: 'PEM certificates to trust instead of the public authorities.' }),
  })
  .superRefine((settings, context) => {
    const { wanted, refused } = CREDENTIALS[settings.authMethod];
    for (const name of wanted) {
      if (settings[name] === undefined) refuse(context, name, `expected with authMethod ${settings.authMethod}`);
    }
    for (const name of refused) {
      if (settings[name] !== undefined) refuse(context, name, `not expected with authMethod ${settings.authMethod}`);
    }
  });

export type HashicorpVaultSettings = z.output<typeof hashicorpVaultSettings>;

export const HASHICORP_SENSITIVE = ['token', 'roleId', 'secretId'] as const;

function refuse(context: z.core.$RefinementCtx, name: string, message: string): void {
  context.addIssue({ code: 'custom', path: [name], message, input: undefined });
}

function isCertificateBundle(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0;
  } catch {
    return false;
  }
}

/** A namespace or mount without the slashes around it. */
export function trimSlashes(name: string): string {
  return name.replace(/^\/+|\/+$/g, '');
}
