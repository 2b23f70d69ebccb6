import { z } from 'zod';
import { isEntryPath, trimSlashes } from '../lib/safe-path.ts';
import { credentialText, serverOrigin } from '../lib/setting-schemas.ts';

export const PUBLIC_ENDPOINT = 'https://api.scaleway.com';

/** Settings of Scaleway Secret Manager. Nothing is taken from `SCW_*` variables or a configuration file. */
export const scalewaySettings = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2}-[a-z]{3}$/, { error: 'expected a region such as fr-par' })
    .meta({ description: 'Region of the secrets, for example fr-par, nl-ams or pl-waw.' }),
  projectId: z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'expected the id of a project' })
    .meta({ description: 'Id of the project that holds the secrets.' }),
  secretKey: credentialText(4096).meta({
    description: 'Secret key of an API key, best of an application with nothing but the rights needed.',
  }),
  endpoint: serverOrigin()
    .default(PUBLIC_ENDPOINT)
    .meta({ description: 'Where the API answers, when not at its public address.' }),
});

export type ScalewaySettings = z.output<typeof scalewaySettings>;

export const SCALEWAY_SENSITIVE = ['secretKey'] as const;

/** What one profile says: where in the project, and how entries become secrets. */
export const scalewayAttributes = z.strictObject({
  path: z
    .string()
    .max(1024)
    .refine((text) => trimSlashes(text) === '' || isEntryPath(trimSlashes(text)), {
      error: 'expected a folder: segments of letters, digits, _, - and ., joined by /',
    })
    .default('/')
    .meta({ description: 'Folder that holds all entries.' }),
  encoding: z
    .enum(['json', 'plain'])
    .default('json')
    .meta({ description: 'json: all fields as one JSON text. plain: the bytes of the single field value.' }),
  tags: z
    .array(z.string().regex(/^(?!keyferry:)[\x21-\x7e]{1,100}$/, { error: 'expected a tag that is not one of ours' }))
    .max(20)
    .default([])
    .meta({ description: 'Tags that every secret we write gets. Other tags stay as they are.' }),
});

export type ScalewayAttributes = z.output<typeof scalewayAttributes>;
