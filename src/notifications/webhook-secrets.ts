import { z } from 'zod';
import type { Keyring } from '../crypto/keyring.ts';
import { type SealPlace, seal, unseal } from '../crypto/seal.ts';

const schema = z.strictObject({
  url: z.string(),
  secret: z.string(),
  /** Signs beside the new one until its time is over. */
  previous: z.strictObject({ secret: z.string(), until: z.iso.datetime() }).optional(),
});

/** What a webhook must not show: its URL (of a chat, it is the credential) and its signing secrets. */
export type WebhookSecrets = z.output<typeof schema>;

interface Owner {
  readonly organizationId: string;
  readonly id: string;
}

export function sealWebhook(keyring: Keyring, owner: Owner, secrets: WebhookSecrets): Buffer {
  return seal(keyring, placeOf(owner), Buffer.from(JSON.stringify(secrets), 'utf8'));
}

/** Throws `SealError` for anything that was not sealed for this webhook. */
export function openWebhook(keyring: Keyring, owner: Owner, sealed: Uint8Array): WebhookSecrets {
  return schema.parse(JSON.parse(unseal(keyring, placeOf(owner), sealed).toString('utf8')));
}

/** The secrets that sign at this moment, the newest first. */
export function validSecrets({ secret, previous }: WebhookSecrets, now: Date): string[] {
  return previous !== undefined && new Date(previous.until) > now ? [secret, previous.secret] : [secret];
}

/** The new secret signs from now on, the old one beside it for a while. */
export function rotated(old: WebhookSecrets, secret: string, until: Date): WebhookSecrets {
  return { url: old.url, secret, previous: { secret: old.secret, until: until.toISOString() } };
}

function placeOf({ organizationId, id }: Owner): SealPlace {
  return { purpose: 'webhook-secrets', organizationId, table: 'webhooks', rowId: id };
}
