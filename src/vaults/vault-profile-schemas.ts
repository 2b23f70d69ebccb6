import { z } from 'zod';
import { VAULT_ERROR_CODES } from '../../adapters/vault-error.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, queryFlag, timestamp } from '../api/text-schemas.ts';
import { DRIFT_POLICIES } from './drift-policy.ts';
import { DEFAULT_NAMING, namingProblem } from './remote-naming.ts';
import { missingRightsSchema } from './vault-schemas.ts';

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

const attributes = z
  .record(z.string().min(1).max(64), z.unknown())
  .meta({ description: 'What the kind of the vault lets a profile say, as `GET /v1/vault-kinds` describes it.' });

const concurrency = z.int().min(1).max(256).meta({ description: 'Calls to the vault at once, per process.' });
const ratePerSecond = z
  .int()
  .min(1)
  .max(10_000)
  .nullable()
  .meta({ description: 'Calls to the vault per second, per process; null for no limit.' });
const maxDeletes = z.int().min(0).max(1_000_000).nullable().meta({
  description:
    'Copies that may be removed within an hour before the rest is held until somebody lets it go; null for no limit.',
});
const maxDeletePercent = z.int().min(0).max(100).nullable().meta({
  description: 'The same as a share of the copies that were there, rounded down; the smaller of both counts.',
});
const freshnessSeconds = z
  .int()
  .min(1)
  .max(31_536_000)
  .nullable()
  .meta({ description: 'How long a copy may be out of step before that is reported; null: nobody said.' });
const approvalProfileId = id.nullable().meta({ description: 'Who must agree to changes through this profile.' });

const policy = z.enum(DRIFT_POLICIES).meta({
  description:
    'What follows from a copy that is not as it was left. `alert`: its target says so. `repair`: the approved version is ' +
    'written again. `propose`: a content found there is proposed as a new version, in the name of whoever chose this, who ' +
    'needs the right to edit secrets in the whole organization; the rest is only shown.',
});
const intervalMinutes = z.int().min(1).max(43_200).nullable().meta({
  description:
    'Between two looks at a copy that is in step; null for none. A kind of vault without compare-and-set needs them.',
});
const looksPerMinute = z.int().min(1).max(60_000).meta({ description: 'Over all copies of the profile.' });

const driftView = z.object({ policy, intervalMinutes, looksPerMinute }).meta({ id: 'VaultProfileDrift' });
const driftInput = z.strictObject({
  policy: policy.default('alert'),
  intervalMinutes: intervalMinutes.default(60),
  looksPerMinute: looksPerMinute.default(600),
});
const driftChange = z.strictObject({
  policy: policy.optional(),
  intervalMinutes: intervalMinutes.optional(),
  looksPerMinute: looksPerMinute.optional(),
});
export type DriftChange = z.output<typeof driftChange>;

export const profileCheckSchema = z
  .object({
    state: z.enum(['unchecked', 'ok', 'incomplete', 'failing']).meta({
      description: '`incomplete`: rights are missing. `failing`: address, login or place are not right; see `code`.',
    }),
    code: z.enum(VAULT_ERROR_CODES).nullable(),
    missingRights: missingRightsSchema,
    checkedAt: timestamp.nullable(),
  })
  .meta({ id: 'VaultProfileCheck', description: 'What the vault said when it was last asked.' });
export type ProfileCheckView = z.output<typeof profileCheckSchema>;

const profileBreakerSchema = z
  .object({
    state: z.enum(['closed', 'half_open', 'open']),
    code: z.enum(VAULT_ERROR_CODES).nullable(),
    since: timestamp.nullable(),
  })
  .meta({
    id: 'VaultProfileBreaker',
    description:
      'Open: the last calls all failed, and until the next probe nobody calls the vault through this profile.',
  });

const profileCredentialSchema = z
  .object({
    state: z.enum(['unproved', 'accepted', 'refused']).meta({
      description: '`unproved`: the vault has not been asked with these settings yet.',
    }),
    since: timestamp.nullable(),
  })
  .meta({
    id: 'VaultProfileCredential',
    description:
      'Whether the vault accepts our credential. While it is refused no copy is touched and no attempt is counted; work goes ' +
      'on when the vault is saved with another credential, or when a check passes.',
  });

const profileFuseSchema = z
  .object({
    tripped: z.boolean(),
    wanted: z.int().meta({ description: 'Copies whose removal is held.' }),
    of: z.int().meta({ description: 'Copies that were there when it tripped.' }),
    released: z.int().meta({ description: 'Removals that somebody let go and that have not begun.' }),
    since: timestamp.nullable(),
  })
  .meta({ id: 'VaultProfileFuse', description: 'Stops removals beyond the limit of the profile.' });

export const vaultProfileSchema = z
  .object({
    id,
    name: z.string(),
    vaultId: id,
    naming: z.string(),
    attributes,
    place: z.string().meta({ description: 'The real place of its entries, however vault and attributes are spelled.' }),
    enabled: z.boolean().meta({ description: 'A disabled profile starts no call; what is due waits.' }),
    concurrency: z.int(),
    ratePerSecond: z.int().nullable(),
    freshnessSeconds,
    staleSince: timestamp.nullable().meta({ description: 'A copy is out of step for longer than that, since then.' }),
    pausedAt: timestamp.nullable().meta({ description: 'No copy is carried there since then; what is due waits.' }),
    restoreSuspectedAt: timestamp.nullable().meta({
      description: 'A copy there was seen to be ahead of all that is known here: the database seems to be restored.',
    }),
    drift: driftView,
    check: profileCheckSchema,
    breaker: profileBreakerSchema,
    credential: profileCredentialSchema,
    maxDeletes,
    maxDeletePercent,
    fuse: profileFuseSchema,
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
    attributes: attributes.default({}),
    concurrency: concurrency.default(16),
    ratePerSecond: ratePerSecond.default(null),
    freshnessSeconds: freshnessSeconds.default(null),
    maxDeletes: maxDeletes.default(100),
    maxDeletePercent: maxDeletePercent.default(null),
    drift: driftInput.prefault({}),
    approvalProfileId: approvalProfileId.default(null),
  })
  .meta({ id: 'CreateVaultProfile' });
export type CreateVaultProfile = z.output<typeof createVaultProfileSchema>;

export const updateVaultProfileSchema = z
  .strictObject({
    name: nameText.optional(),
    naming: namingSchema.optional().meta({
      description: 'For secrets to come; those there are stay where they are, unless `moveCopies` says otherwise.',
    }),
    moveCopies: z
      .boolean()
      .default(false)
      .meta({
        description:
          'With another `naming`: copies move to their new names, and so do values of which the profile is the source, with their ' +
          'newest version. Each is made and proved there before the old one goes.',
      }),
    attributes: attributes.optional().meta({
      description:
        'Attributes to change; null removes one, others stay. When entries lie elsewhere then, all copies are proved again there.',
    }),
    concurrency: concurrency.optional(),
    ratePerSecond: ratePerSecond.optional(),
    freshnessSeconds: freshnessSeconds.optional(),
    maxDeletes: maxDeletes.optional(),
    maxDeletePercent: maxDeletePercent.optional(),
    drift: driftChange.optional(),
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
  attributes: { mount: 'secret' },
  place: 'hashicorp-vault/https://vault.example.com:8200/secret',
  enabled: true,
  concurrency: 16,
  ratePerSecond: null,
  freshnessSeconds: 60,
  staleSince: null,
  pausedAt: null,
  restoreSuspectedAt: null,
  drift: { policy: 'alert', intervalMinutes: 60, looksPerMinute: 600 },
  check: { state: 'ok', code: null, missingRights: [], checkedAt: '2026-11-02T09:38:02.000Z' },
  breaker: { state: 'closed', code: null, since: null },
  credential: { state: 'accepted', since: '2026-11-02T09:38:02.000Z' },
  maxDeletes: 100,
  maxDeletePercent: null,
  fuse: { tripped: false, wanted: 0, of: 0, released: 0, since: null },
  approvalProfileId: null,
  revision: 1,
  createdAt: '2026-11-02T09:38:00.000Z',
  updatedAt: '2026-11-02T09:38:00.000Z',
};
