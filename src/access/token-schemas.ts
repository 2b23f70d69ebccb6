import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';

export const tokenSchema = z
  .object({
    id,
    name: z.string(),
    userId: id.nullable().meta({ description: 'The person it belongs to, or null.' }),
    machineId: id.nullable().meta({ description: 'The machine it belongs to, or null.' }),
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Token' });
export type TokenView = z.output<typeof tokenSchema>;

export const createdTokenSchema = tokenSchema
  .extend({ token: z.string().meta({ description: 'The token itself: shown in this answer only.' }) })
  .meta({ id: 'CreatedToken' });
export type CreatedTokenView = z.output<typeof createdTokenSchema>;

export const tokenPageSchema = pageSchema(tokenSchema, 'TokenPage');
export const tokenParams = z.strictObject({ tokenId: id });
export const tokenQuery = z.strictObject({ ...pageQuery, userId: id.optional(), machineId: id.optional() });

export const createTokenSchema = z
  .strictObject({
    name: nameText,
    userId: id.optional().meta({ description: 'For another person; needs `access.administer`.' }),
    machineId: id.optional().meta({ description: 'For a machine; needs `access.administer`.' }),
    expiresAt: z.iso.datetime().optional().meta({ description: 'Default: never.' }),
  })
  .refine((body) => body.userId === undefined || body.machineId === undefined, {
    path: ['machineId'],
    params: { expected: 'nothing beside userId' },
  })
  .meta({ id: 'CreateToken' });
export type CreateToken = z.output<typeof createTokenSchema>;

export const tokenExample: TokenView = {
  id: '01936f71-0d9b-7a3c-bd55-90a1f2d6c7e8',
  name: 'laptop',
  userId: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  machineId: null,
  expiresAt: '2027-11-02T00:00:00.000Z',
  revokedAt: null,
  createdAt: '2026-11-02T09:33:00.000Z',
};
