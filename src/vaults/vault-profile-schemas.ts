import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, queryFlag, timestamp } from '../api/text-schemas.ts';
import { DEFAULT_NAMING, namingProblem } from './remote-naming.ts';

const namingSchema = z
  .string()
  .superRefine((template, context) => {
    const expected = namingProblem(template);
    if (expected !== undefined) context.addIssue({ code: 'custom', params: { expected }, input: undefined });
  })
  .meta({
    description:
      'Where secrets lie below the mount: a template over {organization}, {project}, {path}, {name} and {type}. ' +
      '{project}, {path} and {name} are needed so that no two secrets share a place.',
    example: DEFAULT_NAMING,
  });

const concurrency = z.int().min(1).max(256).meta({ description: 'Calls to the vault at once, per process.' });
const approvalProfileId = id.nullable().meta({ description: 'Who must agree to changes through this profile.' });

export const vaultProfileSchema = z
  .object({
    id,
    name: z.string(),
    vaultId: id,
    naming: z.string(),
    enabled: z.boolean().meta({ description: 'A disabled profile starts no call; what is due waits.' }),
    concurrency: z.int(),
    approvalProfileId,
    revision: z.int().meta({ description: 'Rises with every change; a grant is for one revision.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'VaultProfile' });
export type VaultProfileView = z.output<typeof vaultProfileSchema>;

export const vaultProfilePageSchema = pageSchema(vaultProfileSchema, 'VaultProfilePage');
export const vaultProfileParams = z.strictObject({ profileId: id });
export const vaultProfileQuery = z.strictObject({
  ...pageQuery,
  vaultId: id.optional(),
  enabled: queryFlag.optional(),
});
export type VaultProfileQuery = z.output<typeof vaultProfileQuery>;

export const createVaultProfileSchema = z
  .strictObject({
    name: nameText,
    vaultId: id,
    naming: namingSchema.default(DEFAULT_NAMING),
    concurrency: concurrency.default(16),
    approvalProfileId: approvalProfileId.default(null),
  })
  .meta({ id: 'CreateVaultProfile' });
export type CreateVaultProfile = z.output<typeof createVaultProfileSchema>;

export const updateVaultProfileSchema = z
  .strictObject({
    name: nameText.optional(),
    naming: namingSchema.optional().meta({ description: 'For secrets to come; those there are stay where they are.' }),
    concurrency: concurrency.optional(),
    approvalProfileId: approvalProfileId.optional(),
    expectedRevision: z.int().min(1).optional(),
  })
  .meta({ id: 'UpdateVaultProfile' });
export type UpdateVaultProfile = z.output<typeof updateVaultProfileSchema>;

export const vaultProfileExample: VaultProfileView = {
  id: '01936f76-2d33-7e4f-9a5b-6c7d8e9f0a12',
  name: 'payments-production',
  vaultId: '01936f75-1c22-7d3e-8f4a-5b6c7d8e9f01',
  naming: DEFAULT_NAMING,
  enabled: true,
  concurrency: 16,
  approvalProfileId: null,
  revision: 1,
  createdAt: '2026-11-02T09:38:00.000Z',
  updatedAt: '2026-11-02T09:38:00.000Z',
};
