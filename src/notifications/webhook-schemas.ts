import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';
import { PACES } from './delivery-schedule.ts';
import { NOTICE_KIND_NAMES } from './notice-kinds.ts';
import { WEBHOOK_FORMATS } from './webhook-body.ts';
import { isSigningSecret } from './webhook-signature.ts';

const STATES = ['pending', 'failed', 'delivered', 'parked'] as const;

const kinds = z
  .array(z.enum(NOTICE_KIND_NAMES))
  .max(NOTICE_KIND_NAMES.length)
  .meta({ description: 'Which notices; all of them when empty.' });
const projectIds = z
  .array(id)
  .max(100)
  .meta({ description: 'Of which projects; of all, and of what belongs to none, when empty.' });
const pace = z
  .enum(PACES)
  .meta({ description: '`hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one message.' });
const format = z.enum(WEBHOOK_FORMATS).meta({
  description: '`keyferry`: JSON for programs. `slack`: also Mattermost. `teams`: a message with an adaptive card.',
});
const url = z.string().max(2048).meta({
  description:
    'http or https. Must be public, or listed by the operator in KEYFERRY_WEBHOOK_ALLOW. Kept sealed and never shown: the URL of a chat is its credential.',
});
const secret = z
  .string()
  .max(120)
  .refine(isSigningSecret, 'whsec_ and 24 to 64 bytes in base64')
  .meta({ description: '`whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it. Default: a new one.' });

export const webhookSchema = z
  .object({
    id,
    name: z.string(),
    format,
    origin: z.string().meta({ description: 'Scheme, host and port of the URL.' }),
    kinds: z.array(z.string()),
    projectIds,
    pace,
    enabled: z.boolean(),
    replaying: z.boolean().meta({ description: 'A replay is still being prepared.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.output<typeof webhookSchema>;

export const createdWebhookSchema = webhookSchema
  .extend({ secret: z.string().meta({ description: 'Signs every message. Shown this once.' }) })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhookView = z.output<typeof createdWebhookSchema>;

export const rotatedSecretSchema = z
  .object({
    secret: z.string().meta({ description: 'Signs from now on. Shown this once.' }),
    previousValidUntil: timestamp.meta({ description: 'Until then the old one signs beside it.' }),
  })
  .meta({ id: 'RotatedWebhookSecret' });
export type RotatedSecretView = z.output<typeof rotatedSecretSchema>;

export const webhookPageSchema = pageSchema(webhookSchema, 'WebhookPage');
export const webhookParams = z.strictObject({ webhookId: id });
export const deliveryParams = z.strictObject({ webhookId: id, deliveryId: id });
export const webhookQuery = z.strictObject(pageQuery);

export const createWebhookSchema = z
  .strictObject({
    name: nameText,
    url,
    format: format.default('keyferry'),
    kinds: kinds.default([]),
    projectIds: projectIds.default([]),
    pace: pace.default('immediate'),
    enabled: z.boolean().default(true),
    secret: secret.optional(),
  })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.output<typeof createWebhookSchema>;

export const updateWebhookSchema = z
  .strictObject({
    name: nameText.optional(),
    url: url.optional(),
    kinds: kinds.optional(),
    projectIds: projectIds.optional(),
    pace: pace.optional(),
    enabled: z.boolean().optional().meta({
      description: 'A disabled one is not told of what happens meanwhile; what waits is delivered once it is enabled.',
    }),
  })
  .meta({ id: 'UpdateWebhook' });
export type UpdateWebhook = z.output<typeof updateWebhookSchema>;

export const rotateSecretSchema = z
  .strictObject({
    secret: secret.optional(),
    overlapHours: z.int().min(0).max(168).default(24).meta({ description: 'How long the old one signs beside it.' }),
  })
  .meta({ id: 'RotateWebhookSecret' });
export type RotateSecret = z.output<typeof rotateSecretSchema>;

export const replaySchema = z
  .strictObject({ since: timestamp.meta({ description: 'Everything since then that the webhook asks for.' }) })
  .meta({ id: 'ReplayWebhook' });

export const deliverySchema = z
  .object({
    id,
    messageId: id.nullable().meta({
      description: 'The `webhook-id` it is sent under, every time; null while it waits for its digest.',
    }),
    kind: z.string(),
    noticeId: id,
    seq: z.int().meta({ description: 'Number of the audit event.' }),
    state: z.enum(STATES).meta({
      description: '`pending`: not tried yet. `failed`: tried, and will be again. `parked`: nobody tries any more.',
    }),
    attempts: z.int(),
    status: z.int().nullable().meta({ description: "The receiver's status code at the last attempt." }),
    code: z.string().nullable().meta({ description: 'Why the last attempt failed.' }),
    nextAttemptAt: timestamp.nullable(),
    deliveredAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'NoticeDelivery' });
export type DeliveryView = z.output<typeof deliverySchema>;

export const deliveryPageSchema = pageSchema(deliverySchema, 'NoticeDeliveryPage');
export const deliveryQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(STATES).optional(),
  kind: z.enum([...NOTICE_KIND_NAMES, 'ping']).optional(),
});

export const webhookExample: WebhookView = {
  id: '01936f90-2b1f-7c2a-8b11-1f0d5a3c7e21',
  name: 'deploys',
  format: 'keyferry',
  origin: 'https://hooks.example.com',
  kinds: ['change.applied'],
  projectIds: [],
  pace: 'immediate',
  enabled: true,
  replaying: false,
  createdAt: '2026-11-02T09:31:00.000Z',
  updatedAt: '2026-11-02T09:31:00.000Z',
};

export const deliveryExample: DeliveryView = {
  id: '01936f91-7a10-7d55-9a1e-4c2b8e6f0a13',
  messageId: '01936f91-79f2-7b3c-8d20-6e1f3a9b5c44',
  kind: 'change.applied',
  noticeId: '01936f91-79f2-7b3c-8d20-6e1f3a9b5c44',
  seq: 812,
  state: 'failed',
  attempts: 2,
  status: 503,
  code: 'refused',
  nextAttemptAt: '2026-11-02T09:33:12.000Z',
  deliveredAt: null,
  createdAt: '2026-11-02T09:32:40.000Z',
};
