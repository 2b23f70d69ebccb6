import { z } from 'zod';
import { caCertSetting, credentialText, refuseLogin, refuseSetting, serverOrigin } from '../lib/setting-schemas.ts';
import { accountOfKey, accountOfRole } from './place.ts';

/** "Names can only contain letters, numbers and /_+=.@-" (CreateSecret, Name). */
const PREFIX = /^\/?(?:[A-Za-z0-9_+=.@-]+(?:\/[A-Za-z0-9_+=.@-]+)*)?\/*$/;
/** What every AWS service allows in tags (Tagging AWS resources, "Tag naming limits and requirements"). */
const TAG_TEXT = /^[\p{L}\p{N} _.:/=+@-]*$/u;

const METHODS = {
  keys: { wanted: ['accessKeyId', 'secretAccessKey'], refused: [] },
  ambient: { wanted: [], refused: ['accessKeyId', 'secretAccessKey', 'sessionToken'] },
} as const;

const credential = () => credentialText(8192);

/** Settings of AWS Secrets Manager in one region. Nothing is taken from `AWS_*` variables or `~/.aws`, unless `ambient`. */
export const awsSettings = z
  .strictObject({
    region: z
      .string()
      .max(64)
      .regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/, { error: 'expected a region such as eu-central-1' })
      .meta({ description: 'Region of the secrets, for example eu-central-1.' }),
    endpoint: serverOrigin()
      .optional()
      .meta({ description: 'A VPC endpoint, a FIPS endpoint or a compatible server.' }),
    stsEndpoint: serverOrigin()
      .optional()
      .meta({ description: "Where roles are assumed; the region's STS when not given." }),
    authMethod: z.enum(['keys', 'ambient']).meta({
      description: 'keys: an access key. ambient: what surrounds the process (instance role, web identity, profile).',
    }),
    accessKeyId: credential().optional().meta({ description: 'The access key id, for authMethod keys.' }),
    secretAccessKey: credential().optional().meta({ description: 'The secret access key, for authMethod keys.' }),
    sessionToken: credential().optional().meta({ description: 'The session token of a temporary access key.' }),
    roleArn: z
      .string()
      .max(2048)
      .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]+$/, { error: 'expected the ARN of a role' })
      .optional()
      .meta({ description: 'ARN of a role to assume with that login.' }),
    externalId: z
      .string()
      .min(2)
      .max(1224)
      .regex(/^[A-Za-z0-9_+=,.@:/-]+$/, { error: 'expected letters, digits and _+=,.@:/-' })
      .optional()
      .meta({ description: 'External id that the role demands.' }),
    accountId: z
      .string()
      .regex(/^[0-9]{12}$/, { error: 'expected 12 digits' })
      .optional()
      .meta({ description: 'The account of the secrets, where neither the role nor the access key id tells it.' }),
    kmsKeyId: z
      .string()
      .max(2048)
      .regex(/^[A-Za-z0-9:/_-]+$/, { error: 'expected a KMS key id, alias or ARN' })
      .optional()
      .meta({ description: 'KMS key for new secrets; aws/secretsmanager when not given.' }),
    caCert: caCertSetting(),
  })
  .superRefine((settings, context) => {
    refuseLogin(context, settings, METHODS);
    if (settings.externalId !== undefined && settings.roleArn === undefined) {
      refuseSetting(context, 'externalId', 'expected only together with roleArn');
    }
    const known = accountOfRole(settings.roleArn) ?? accountOfKey(settings.accessKeyId);
    if (known !== undefined && settings.accountId !== undefined && settings.accountId !== known) {
      refuseSetting(context, 'accountId', 'expected the account of the role or of the access key');
    }
  });

export type AwsSettings = z.output<typeof awsSettings>;

export const AWS_SENSITIVE = ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const;

const tagText = (what: string, most: number) =>
  z
    .string()
    .max(most)
    .regex(TAG_TEXT, { error: `expected a tag ${what}: letters, digits, spaces and _.:/=+-@` });

export const awsAttributes = z.strictObject({
  prefix: z
    .string()
    .max(256)
    .refine((text) => PREFIX.test(text) && !text.split('/').some((part) => part === '.' || part === '..'), {
      error: 'expected segments of letters, digits and _+=.@- joined by /',
    })
    .default('')
    .meta({ description: 'What the names of all secrets begin with, for example /prod/keyferry.' }),
  encoding: z
    .enum(['json', 'plain'])
    .default('json')
    .meta({ description: 'json: an object of all fields. plain: the bytes of the single field value.' }),
  recoveryDays: z
    .int()
    .min(7)
    .max(30)
    .default(30)
    .meta({ description: 'Days for which a removed secret can be recovered.' }),
  tags: z
    .record(
      tagText('key', 128).refine((key) => key !== '' && !/^(aws|keyferry):/i.test(key), {
        error: 'expected a tag key that does not begin with aws: or keyferry:',
      }),
      tagText('value', 256),
    )
    .refine((tags) => Object.keys(tags).length <= 30, { error: 'expected at most 30 tags' })
    .default({})
    .meta({ description: 'Tags for secrets that are created here. They are no labels and never changed later.' }),
});

export type AwsAttributes = z.output<typeof awsAttributes>;
