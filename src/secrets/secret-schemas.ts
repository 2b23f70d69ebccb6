import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, nameText, queryFlag, slug, timestamp } from '../api/text-schemas.ts';
import { TARGET_STATES } from '../sync/target-state.ts';
import { OWNERS, SECRET_SORTS } from './catalog-store.ts';
import { editedLifetimeSchema, secretLifetimeSchema, versionLifetimeSchema } from './lifetime-schemas.ts';
import { checksumsSchema } from './payload/checksum.ts';
import { payloadSchema } from './payload/payload-input.ts';
import { SECRET_TYPES } from './payload/secret-type.ts';
import { SECRET_STATES, VERSION_STATES } from './secret.ts';
import { secretNameSchema, secretPathSchema } from './secret-name.ts';

const tag = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/);
const tags = z.array(tag).max(50);
const attributes = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,62}$/), longText)
  .refine((record) => Object.keys(record).length <= 50, { error: 'expected at most 50 attributes' });
const versionNumber = z.int().min(1).max(2_147_483_647);

export const versionSchema = z
  .object({
    version: z.int(),
    state: z.enum(VERSION_STATES),
    description: z.string(),
    fingerprint: z.string().nullable().meta({
      description: 'Keyed hash of the content: equal means same value. Null for actors who may not read the value.',
    }),
    fieldNames: z.array(z.string()),
    facts: z
      .looseObject({})
      .meta({ description: 'What may be known of the content by its type, such as key size or expiry.' }),
    vaultProfileId: z.string(),
    vaultVersion: z.string().meta({ description: "The source vault's own version." }),
    writeOnly: z.boolean().meta({ description: 'Handed out to nobody, whatever its secret is by now.' }),
    expiresAt: timestamp.nullable().meta({ description: 'When it is over with it.' }),
    onExpiry: z.enum(['disable', 'destroy']).nullable(),
    singleAccess: z.boolean().meta({ description: 'May be read once.' }),
    accessed: z.boolean().meta({ description: 'Its single access was given away.' }),
    changeRequestId: z.string(),
    createdBy: actorRefSchema,
    createdAt: timestamp,
  })
  .meta({ id: 'SecretVersion' });
export type VersionView = z.output<typeof versionSchema>;

export const secretSchema = z
  .object({
    id,
    projectId: z.string(),
    customerId: z.string().nullable().meta({ description: 'Null: shared by all customers of the project.' }),
    systemOwner: z
      .string()
      .nullable()
      .meta({ description: 'The part of the estate that keeps it, so that nobody else changes it; null: people do.' }),
    path: z.string(),
    name: z.string(),
    type: z.enum(SECRET_TYPES),
    description: z.string(),
    tags: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
    state: z.enum(SECRET_STATES),
    enabled: z.boolean(),
    protected: z.boolean(),
    writeOnly: z
      .boolean()
      .meta({ description: 'Its values are handed out to nobody. Its project may say so for all of its secrets.' }),
    expiresAt: timestamp.nullable().meta({ description: 'When it is over with it.' }),
    onExpiry: z.enum(['disable', 'delete']).nullable(),
    sourceProfileId: z.string(),
    sourcePath: z.string(),
    latestVersion: z.int().nullable().meta({ description: 'Null: no version yet.' }),
    latestEnabledVersion: z.int().nullable(),
    pendingChangeId: z.string().nullable().meta({ description: 'The change request that waits for approval.' }),
    deletedAt: timestamp.nullable(),
    destroyAfter: timestamp.nullable().meta({ description: 'Until then the secret can be restored.' }),
    createdBy: actorRefSchema,
    updatedBy: actorRefSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Secret' });
export type SecretView = z.output<typeof secretSchema>;

export const contentSchema = z
  .object({
    secretId: z.string(),
    name: z.string(),
    type: z.enum(SECRET_TYPES),
    version: z.int().meta({ description: 'The version the selector came out at.' }),
    payload: z.record(z.string(), z.union([z.string(), z.object({ base64: z.string() })])),
  })
  .meta({ id: 'SecretContent' });

export const secretPageSchema = pageSchema(secretSchema, 'SecretPage');
export const versionPageSchema = pageSchema(versionSchema, 'SecretVersionPage');

export const secretParams = z.strictObject({ secretId: id });
export const namedSecretParams = z.strictObject({
  project: z.string().max(63).meta({ description: 'Id or slug of the project.' }),
  name: secretNameSchema,
});
/** Id or slug of a customer. */
const customer = z.union([id, slug]);
export const namedSecretQuery = z.strictObject({
  path: secretPathSchema.default(''),
  customer: customer
    .optional()
    .meta({ description: "Id or slug: that customer's secret. Without it, the shared one." }),
  fallback: queryFlag.optional().meta({
    description: 'The shared secret of this name, when the customer has none; `customerId` says which it is.',
  }),
});
const selectorText = z.union([z.enum(['latest', 'latest_enabled']), z.string().regex(/^[1-9][0-9]{0,8}$/)]);
export const versionParams = z.strictObject({
  secretId: id,
  version: selectorText.transform((text) => (text === 'latest' || text === 'latest_enabled' ? text : Number(text))),
});
export const numberedVersionParams = z.strictObject({
  secretId: id,
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/)
    .transform(Number),
});

export const secretQuery = z.strictObject({
  ...pageQuery,
  project: z.string().max(63).optional().meta({ description: 'Id or slug.' }),
  customer: customer.optional().meta({ description: 'Id or slug; `shared`: secrets of no customer.' }),
  owner: z
    .enum(OWNERS)
    .default('people')
    .meta({ description: 'Whose secrets: those that people keep, the system, or both.' }),
  name: z.string().max(128).optional().meta({ description: 'Part of the name.' }),
  type: z.enum(SECRET_TYPES).optional(),
  tag: tag.optional(),
  path: secretPathSchema.optional().meta({ description: 'This folder and those below it.' }),
  state: z
    .enum(SECRET_STATES)
    .optional()
    .meta({ description: 'Deleted, destroyed and rejected ones only when asked for.' }),
  profileId: id.optional().meta({ description: 'Source or target.' }),
  targetState: z.enum(TARGET_STATES).optional(),
  sort: z.enum(SECRET_SORTS).default('name'),
});

const mutation = {
  comment: longText.default('').meta({ description: 'Why, for reviewers and the audit trail.' }),
  expectedVersion: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Refused with 409 unless this is the newest version; 0: none yet.' }),
  draft: z.boolean().default(false).meta({
    description: 'Only record it: nobody is asked and nothing is held until it is submitted.',
  }),
};
const confirm = z
  .union([z.literal(true), z.array(id).max(200)])
  .optional()
  .meta({ description: 'Consumers that may be left without what they refer to, by id; `true`: all there are.' });
const onConflict = z.enum(['fail', 'adopt', 'overwrite']).default('fail').meta({
  description:
    'What to do about an entry that is already there and not ours: stop, adopt it if it is equal, or overwrite it.',
});

const writeOnly = z.boolean().meta({
  description: 'Values are handed out to nobody by any way. Ceasing to be so does not show what was written before.',
});

export const createSecretSchema = z
  .strictObject({
    project: z.string().max(63).meta({ description: 'Id or slug of the project.' }),
    customer: customer
      .optional()
      .meta({ description: 'Id or slug of the customer whose secret it is; without it, all of them share it.' }),
    path: secretPathSchema.default(''),
    name: secretNameSchema,
    type: z.enum(SECRET_TYPES),
    systemOwner: nameText.optional().meta({
      description:
        'Marks it as owned by the system, for good. Needs the right secret.system; so does every change of it.',
    }),
    description: longText.default(''),
    tags: tags.default([]),
    attributes: attributes.default({}),
    sourceProfileId: id,
    targets: z
      .array(z.strictObject({ profileId: id, onConflict }))
      .max(100)
      .default([]),
    writeOnly: writeOnly.default(false),
    lifetime: secretLifetimeSchema.optional(),
    payload: payloadSchema.optional(),
    checksums: checksumsSchema.optional(),
    versionDescription: longText.default(''),
    versionLifetime: versionLifetimeSchema.optional(),
    comment: mutation.comment,
    draft: mutation.draft,
  })
  .meta({ id: 'CreateSecret' });

export const updateContentSchema = z
  .strictObject({
    payload: payloadSchema,
    checksums: checksumsSchema.optional(),
    versionDescription: longText.default(''),
    versionLifetime: versionLifetimeSchema.optional(),
    disablePrevious: z
      .boolean()
      .default(false)
      .meta({ description: 'Disable the version that was the newest until then, in the same step.' }),
    ...mutation,
  })
  .meta({ id: 'NewSecretVersion' });

export const editMetadataSchema = z
  .strictObject({
    description: longText.optional(),
    tags: tags.optional(),
    attributes: attributes.optional(),
    writeOnly: writeOnly.optional(),
    lifetime: secretLifetimeSchema.nullable().optional().meta({ description: 'Null: it lasts.' }),
    ...mutation,
  })
  .meta({ id: 'EditSecret' });

export const renameSchema = z
  .strictObject({ name: secretNameSchema.optional(), path: secretPathSchema.optional(), confirm, ...mutation })
  .refine(({ name, path }) => name !== undefined || path !== undefined, {
    params: { expected: 'a name, a path or both' },
  })
  .meta({ id: 'RenameSecret' });

export const editVersionSchema = z
  .strictObject({
    description: longText.optional(),
    lifetime: editedLifetimeSchema.nullable().optional().meta({ description: 'Null: it lasts.' }),
    ...mutation,
  })
  .meta({ id: 'EditVersion' });

const copies = z
  .enum(['delete', 'keep'])
  .default('delete')
  .meta({ description: "What happens to the targets' copies." });
export const deleteSecretSchema = z
  .strictObject({
    recoveryDays: z.int().min(1).max(365).optional().meta({ description: 'How long it can be restored.' }),
    copies,
    confirm,
    ...mutation,
  })
  .prefault({})
  .meta({ id: 'DeleteSecret' });
export const destroySecretSchema = z
  .strictObject({ copies, confirm, ...mutation })
  .prefault({})
  .meta({ id: 'DestroySecret' });
export const destroyVersionSchema = z
  .strictObject({ confirm, ...mutation })
  .prefault({})
  .meta({ id: 'DestroyVersion' });
export const plainMutationSchema = z.strictObject(mutation).prefault({}).meta({ id: 'Mutation' });
export const rollbackSchema = z.strictObject({ version: versionNumber, ...mutation }).meta({ id: 'Rollback' });
export const changeSourceSchema = z
  .strictObject({
    profileId: id,
    oldSource: z
      .enum(['target', 'drop'])
      .meta({ description: 'The old source goes on as a target, or loses its copy.' }),
    ...mutation,
  })
  .meta({ id: 'ChangeSource' });
export const addTargetSchema = z.strictObject({ profileId: id, onConflict, ...mutation }).meta({ id: 'AddTarget' });
export const removeTargetSchema = z
  .strictObject({ copy: z.enum(['delete', 'keep']).default('delete'), ...mutation })
  .prefault({})
  .meta({ id: 'RemoveTarget' });
export const resolveTargetSchema = z
  .strictObject({
    way: z.enum(['adopt', 'overwrite', 'leave']).meta({
      description:
        '`adopt` takes an equal entry over; `overwrite` replaces it; `leave` lets it stand and parks the target until ' +
        'somebody decides otherwise or the place is free.',
    }),
    ...mutation,
  })
  .meta({ id: 'ResolveTarget' });
export const acceptOutsideSchema = z.strictObject(mutation).prefault({}).meta({ id: 'AcceptOutside' });
