import { z } from 'zod';
import { VAULT_KINDS } from '../../adapters/adapter.ts';
import { adapterKinds } from '../../adapters/registry.ts';
import { VAULT_ERROR_CODES } from '../../adapters/vault-error.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';

/** A kind that this process can use; which ones it offers, `GET /v1/vault-kinds` tells. */
export const vaultKind = z
  .string()
  .max(64)
  .refine((kind) => adapterKinds().includes(kind), { params: { expected: 'a kind of GET /v1/vault-kinds' } })
  .meta({ description: 'As `GET /v1/vault-kinds` names them.', examples: [...VAULT_KINDS] });

const settings = z.record(z.string().min(1).max(64), z.unknown());

export const vaultKindSchema = z
  .object({
    kind: vaultKind,
    title: z.string(),
    settings: z.record(z.string(), z.unknown()).meta({
      description: 'JSON Schema of the settings. Those with `writeOnly` are credentials and never shown.',
    }),
    sensitive: z.array(z.string()).meta({ description: 'Names of the settings that are credentials.' }),
    attributes: z.record(z.string(), z.unknown()).meta({
      description: 'JSON Schema of what a vault profile can say about its use of such a vault.',
    }),
    capabilities: z.object({
      access: z.enum(['read', 'read-write']),
      versions: z.boolean(),
      destroyVersions: z.boolean(),
      compareAndSet: z.boolean(),
      operationId: z.boolean(),
      labels: z.boolean(),
      softDelete: z.boolean(),
      maxBytes: z.int(),
      nameRules: z.string().nullable(),
    }),
    driftScan: z.enum(['mandatory', 'optional']).meta({
      description: 'Mandatory without compare-and-set: only a later look finds a write that came late.',
    }),
  })
  .meta({ id: 'VaultKind' });
export type VaultKindView = z.output<typeof vaultKindSchema>;

export const vaultKindsSchema = z.object({ items: z.array(vaultKindSchema) }).meta({ id: 'VaultKinds' });

export const vaultSchema = z
  .object({
    id,
    name: z.string(),
    kind: vaultKind,
    settings: z.record(z.string(), z.unknown()).meta({ description: 'Settings that are no credentials.' }),
    credentials: z.record(z.string(), z.enum(['set', 'unreadable'])).meta({
      description:
        'Credentials that are set, never what they are. `unreadable`: they do not open and must be set again.',
    }),
    revision: z.int().meta({ description: 'Rises with every change of settings or credentials.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Vault' });
export type VaultView = z.output<typeof vaultSchema>;

export const vaultPageSchema = pageSchema(vaultSchema, 'VaultPage');
export const vaultParams = z.strictObject({ vaultId: id });
export const vaultQuery = z.strictObject({ ...pageQuery, kind: vaultKind.optional() });
export type VaultQuery = z.output<typeof vaultQuery>;

export const createVaultSchema = z
  .strictObject({
    name: nameText,
    kind: vaultKind,
    settings: settings.default({}).meta({ description: 'As `GET /v1/vault-kinds` describes them for the kind.' }),
  })
  .meta({ id: 'CreateVault' });
export type CreateVault = z.output<typeof createVaultSchema>;

export const updateVaultSchema = z
  .strictObject({
    name: nameText.optional(),
    settings: settings.optional().meta({
      description:
        'Settings to change; null removes one, others stay. Whoever changes one that is no credential must send the credentials again.',
    }),
    expectedRevision: z.int().min(1).optional(),
  })
  .meta({ id: 'UpdateVault' });
export type UpdateVault = z.output<typeof updateVaultSchema>;

export const missingRightsSchema = z.array(
  z.object({
    right: z.string().meta({ description: "In the vendor's words.", example: 'update on secret/data/*' }),
    needed: z
      .enum(['list', 'read', 'write', 'label', 'remove'])
      .meta({ description: 'What cannot be done without it.' }),
  }),
);

export const checkVaultSchema = z
  .strictObject({
    attributes: settings.default({}).meta({ description: 'As a vault profile would say them.' }),
  })
  .meta({ id: 'CheckVault' })
  .prefault({});

export const vaultCheckSchema = z
  .union([
    z.object({ ok: z.literal(true), missingRights: missingRightsSchema }),
    z.object({ ok: z.literal(false), code: z.enum(VAULT_ERROR_CODES).meta({ description: 'What failed.' }) }),
  ])
  .meta({ id: 'VaultCheck' });
export type VaultCheckView = z.output<typeof vaultCheckSchema>;

export const vaultExample: VaultView = {
  id: '01936f75-1c22-7d3e-8f4a-5b6c7d8e9f01',
  name: 'payments-vault',
  kind: 'hashicorp-vault',
  settings: { address: 'https://vault.example.com:8200', authMethod: 'approle' },
  credentials: { roleId: 'set', secretId: 'set' },
  revision: 1,
  createdAt: '2026-11-02T09:37:00.000Z',
  updatedAt: '2026-11-02T09:37:00.000Z',
};

export const createVaultExample = {
  name: 'payments-vault',
  kind: 'hashicorp-vault',
  settings: {
    address: 'https://vault.example.com:8200',
    authMethod: 'approle',
    roleId: 'the-role-id',
    secretId: 'the-secret-id',
  },
};

export const vaultKindExample: VaultKindView = {
  kind: 'builtin',
  title: 'Built-in vault',
  settings: { type: 'object', properties: {}, additionalProperties: false },
  sensitive: [],
  attributes: { type: 'object', properties: {}, additionalProperties: false },
  capabilities: {
    access: 'read-write',
    versions: true,
    destroyVersions: true,
    compareAndSet: true,
    operationId: true,
    labels: true,
    softDelete: true,
    maxBytes: 65_536,
    nameRules: null,
  },
  driftScan: 'optional',
};
