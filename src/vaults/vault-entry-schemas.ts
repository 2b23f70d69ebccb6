import { z } from 'zod';
import { isEntryPath } from '../../adapters/lib/safe-path.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id } from '../api/text-schemas.ts';

export const vaultEntrySchema = z
  .object({
    path: z.string().meta({ description: 'Below mount and prefix of the profile.' }),
    secretId: id.nullable().meta({ description: 'The secret of this organization that holds the entry, if one does.' }),
  })
  .meta({ id: 'VaultEntry' });
export type VaultEntryView = z.output<typeof vaultEntrySchema>;

export const vaultEntryPageSchema = pageSchema(vaultEntrySchema, 'VaultEntryPage');

export const vaultEntryQuery = z.strictObject({
  ...pageQuery,
  cursor: z.string().max(1_400).optional().meta({ description: '`nextCursor` of the page before.' }),
  prefix: z
    .string()
    .max(1_024)
    .superRefine((text, context) => {
      if (text === '' || isEntryPath(text)) return;
      context.addIssue({ code: 'custom', params: { expected: 'segments joined by /' }, input: undefined });
    })
    .default('')
    .meta({ description: 'Only entries below this folder.' }),
});
export type VaultEntryQuery = z.output<typeof vaultEntryQuery>;
