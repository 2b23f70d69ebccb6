import { z } from 'zod';
import { timestamp } from '../api/text-schemas.ts';

const TEN_YEARS_S = 315_360_000;

const ttlSeconds = z.int().min(1).max(TEN_YEARS_S);
const expiresAt = timestamp.refine((text) => !(Date.parse(text) <= Date.now()), {
  params: { expected: 'a time to come' },
});
const notBoth = (given: { readonly expiresAt?: unknown; readonly ttlSeconds?: unknown }) =>
  given.expiresAt === undefined || given.ttlSeconds === undefined;
const ONE_END = { params: { expected: '`expiresAt` or `ttlSeconds`, not both' } };

/** `lifetime` of a version, in requests. */
export const versionLifetimeSchema = z
  .strictObject({
    expiresAt: expiresAt.optional(),
    ttlSeconds: ttlSeconds
      .optional()
      .meta({ description: 'Counted from the moment the version is made, however long its approval takes.' }),
    singleAccess: z
      .boolean()
      .optional()
      .meta({ description: 'One read gets it; a crash in the middle may lose that read and never gives another.' }),
    action: z.enum(['disable', 'destroy']).default('disable').meta({
      description: 'When it is over. The newest version is disabled, and destroyed once there is a newer one.',
    }),
  })
  .refine(notBoth, ONE_END)
  .meta({ id: 'VersionLifetime', description: 'When it is over with the version, without anybody asking.' });

/** `lifetime` of a secret, in requests. */
export const secretLifetimeSchema = z
  .strictObject({
    expiresAt: expiresAt.optional(),
    ttlSeconds: ttlSeconds.optional().meta({ description: 'Counted from the moment the change takes effect.' }),
    action: z.enum(['disable', 'delete']).default('disable'),
  })
  .refine((given) => given.expiresAt !== undefined || given.ttlSeconds !== undefined, {
    params: { expected: '`expiresAt` or `ttlSeconds`' },
  })
  .refine(notBoth, ONE_END)
  .meta({ id: 'SecretLifetime', description: 'When it is over with the secret, without anybody asking.' });

/** `lifetime` of a version that is there already. */
export const editedLifetimeSchema = z
  .strictObject({
    expiresAt: expiresAt.optional(),
    ttlSeconds: ttlSeconds.optional().meta({ description: 'Counted from the moment the change takes effect.' }),
    action: z.enum(['disable', 'destroy']).default('disable'),
  })
  .refine(notBoth, ONE_END)
  .meta({ id: 'EditedLifetime', description: 'When it is over with the version. Whether it may be read once stays.' });
