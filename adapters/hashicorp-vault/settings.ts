import { z } from 'zod';
import { caCertSetting, credentialText, refuseLogin, serverOrigin } from '../lib/setting-schemas.ts';

const SLASHED_NAME = /^\/*[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\/*$/;

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

const credential = () => credentialText(4096);

/** Settings of a HashiCorp Vault or OpenBao. Nothing is taken from `VAULT_*` variables. */
export const hashicorpVaultSettings = z
  .strictObject({
    address: serverOrigin().meta({
      description: 'Where the server answers, for example https://vault.example.com:8200.',
    }),
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
    caCert: caCertSetting(),
  })
  .superRefine((settings, context) => {
    refuseLogin(context, settings, CREDENTIALS);
  });

export type HashicorpVaultSettings = z.output<typeof hashicorpVaultSettings>;

export const HASHICORP_SENSITIVE = ['token', 'roleId', 'secretId'] as const;
