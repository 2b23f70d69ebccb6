import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { isEntryPath, trimSlashes } from '../lib/safe-path.ts';
import { caCertSetting, credentialText, refuseLogin } from '../lib/setting-schemas.ts';
import { endpointOf } from './endpoint.ts';

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects; older ones may begin with a domain. */
const PROJECT_ID = /^(?:[a-z0-9][a-z0-9.-]{0,62}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const LOCATION = /^[a-z][a-z0-9-]{0,62}$/;
/** `google/cloud/secretmanager/v1/resources.proto`, Secret.labels. */
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

const CREDENTIALS = {
  serviceAccountKey: { wanted: ['serviceAccountKey'], refused: ['accessToken'] },
  accessToken: { wanted: ['accessToken'], refused: ['serviceAccountKey'] },
  ambient: { wanted: [], refused: ['serviceAccountKey', 'accessToken'] },
} as const;

/** Settings of Google Cloud Secret Manager. Nothing is taken from the environment unless `authMethod` is `ambient`. */
export const gcpSecretManagerSettings = z
  .strictObject({
    projectId: z
      .string()
      .max(128)
      .regex(PROJECT_ID, { error: 'expected a project id (not its number), such as my-project-123' })
      .meta({ description: 'Id of the project. Not its number: one project must have one name here.' }),
    location: z
      .string()
      .regex(LOCATION, { error: 'expected a location such as europe-west3' })
      .optional()
      .meta({ description: 'Location of regional secrets; without it global secrets are used.' }),
    endpoint: z
      .string()
      .max(2048)
      .refine((text) => endpointOf(text) !== undefined, {
        error: 'expected [https://]host[:port] and nothing else; http:// only for this machine',
      })
      .optional()
      .meta({ description: 'Another address of the service, for private access; the public one when not given.' }),
    transport: z.enum(['grpc', 'rest']).default('grpc').meta({ description: 'gRPC, or REST over HTTP/1.1.' }),
    authMethod: z
      .enum(['serviceAccountKey', 'accessToken', 'ambient'])
      .meta({ description: 'How to log in. ambient: the application default credentials of this process.' }),
    serviceAccountKey: z
      .string()
      .max(16_384)
      .refine((text) => serviceAccountOf(text) !== undefined, { error: 'expected the JSON key of a service account' })
      .optional()
      .meta({ description: 'The JSON key file, for authMethod serviceAccountKey.' }),
    accessToken: credentialText(4096)
      .optional()
      .meta({ description: 'An OAuth 2.0 access token, for authMethod accessToken. It is not renewed.' }),
    caCert: caCertSetting(),
  })
  .superRefine((settings, context) => {
    refuseLogin(context, settings, CREDENTIALS);
  });

export type GcpSecretManagerSettings = z.output<typeof gcpSecretManagerSettings>;

export const GCP_SENSITIVE = ['serviceAccountKey', 'accessToken'] as const;

/** What one profile says: where in the project, and how new secrets are made. */
export const gcpSecretManagerAttributes = z.strictObject({
  prefix: z
    .string()
    .max(200)
    .refine((text) => isEntryPath(trimSlashes(text)), {
      error: 'expected a folder: segments of letters, digits, _, - and ., joined by /',
    })
    .optional()
    .meta({ description: 'Folder that holds all entries; in the name of the secret it stands first.' }),
  encoding: z
    .enum(['json', 'plain'])
    .default('json')
    .meta({ description: 'json: an object of all fields. plain: the bytes of the only field, value.' }),
  replication: z
    .union([z.literal('automatic'), z.array(z.string().regex(LOCATION)).min(1).max(50)])
    .default('automatic')
    .meta({ description: 'Where new secrets are kept: automatic, or a list of locations. Not for regional secrets.' }),
  labels: z
    .record(z.string().regex(LABEL_KEY), z.string().regex(LABEL_VALUE))
    .refine((labels) => Object.keys(labels).length <= 64, { error: 'expected at most 64 labels' })
    .default({})
    .meta({ description: 'Labels of Google Cloud for new secrets. Those of secrets that exist are left alone.' }),
});

export type GcpSecretManagerAttributes = z.output<typeof gcpSecretManagerAttributes>;

export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** What a key file says of the account, `undefined` when it is none. Its addresses (`token_uri` and others) are not used. */
export function serviceAccountOf(text: string): ServiceAccount | undefined {
  try {
    const key = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const {
      type,
      client_email: email,
      private_key_id: keyId,
      private_key: privateKey,
      universe_domain: universe,
    } = key;
    if (type !== 'service_account' || (universe !== undefined && universe !== 'googleapis.com')) return undefined;
    if (typeof email !== 'string' || typeof keyId !== 'string' || typeof privateKey !== 'string') return undefined;
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') return undefined;
    return { email, keyId, privateKey };
  } catch {
    return undefined;
  }
}
