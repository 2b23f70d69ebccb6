import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, timestamp } from '../api/text-schemas.ts';
import { TARGET_STATES } from '../sync/target-state.ts';
import { SECRET_SORTS } from './catalog-store.ts';
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
    path: z.string(),
    name: z.string(),
    type: z.enum(SECRET_TYPES),
    description: z.string(),
    tags: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
    state: z.enum(SECRET_STATES),
    enabled: z.boolean(),
    protected: z.boolean(),
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
export const namedSecretQuery = z.strictObject({ path: secretPathSchema.default('') });
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
const onConflict = z.enum(['fail', 'adopt', 'overwrite']).default('fail').meta({
  description:
    'What to do about an entry that is already there and not ours: stop, adopt it if it is equal, or overwrite it.',
});

export const createSecretSchema = z
  .strictObject({
    project: z.string().max(63).meta({ description: 'Id or slug of the project.' }),
    path: secretPathSchema.default(''),
    name: secretNameSchema,
    type: z.enum(SECRET_TYPES),
    description: longText.default(''),
    tags: tags.default([]),
    attributes: attributes.default({}),
    sourceProfileId: id,
    targets: z
      .array(z.strictObject({ profileId: id, onConflict }))
      .max(100)
      .default([]),
    payload: payloadSchema.optional(),
    versionDescription: longText.default(''),
    comment: mutation.comment,
    draft: mutation.draft,
  })
  .meta({ id: 'CreateSecret' });

export const updateContentSchema = z
  .strictObject({ payload: payloadSchema, versionDescription: longText.default(''), ...mutation })
  .meta({ id: 'NewSecretVersion' });

export const editMetadataSchema = z
  .strictObject({
    description: longText.optional(),
    tags: tags.optional(),
    attributes: attributes.optional(),
    ...mutation,
  })
  .meta({ id: 'EditSecret' });

const copies = z
  .enum(['delete', 'keep'])
  .default('delete')
  .meta({ description: "What happens to the targets' copies." });
export const deleteSecretSchema = z
  .strictObject({
    recoveryDays: z.int().min(1).max(365).optional().meta({ description: 'How long it can be restored.' }),
    copies,
    ...mutation,
  })
  .prefault({})
  .meta({ id: 'DeleteSecret' });
export const destroySecretSchema = z
  .strictObject({ copies, ...mutation })
  .prefault({})
  .meta({ id: 'DestroySecret' });
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
