import { randomInt } from 'node:crypto';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { describeError, type Log } from '../log.ts';
import { type Failpoint, newId } from '../ports.ts';
import {
  type ClaimedMessage,
  claimMessage,
  dueSubscribers,
  gatherDigest,
  recordAttempt,
  releaseMessage,
} from './delivery-claims.ts';
import { MOST_ATTEMPTS, retryDelay } from './delivery-schedule.ts';
import type { Channel, Subscriber } from './delivery-store.ts';
import { mailBody } from './mail-body.ts';
import type { MailSender } from './mail-sender.ts';
import type { Outcome } from './outcome.ts';
import { findRecipient } from './recipient-store.ts';
import { type Message, webhookBody } from './webhook-body.ts';
import { openWebhook, validSecrets } from './webhook-secrets.ts';
import type { SendWebhook } from './webhook-sender.ts';
import { signatureHeaders } from './webhook-signature.ts';
import { findWebhook } from './webhook-store.ts';

export interface DeliveryDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  /** Where people reach Keyferry, without a slash at the end. */
  readonly publicUrl: string;
  readonly senders: { readonly webhook: SendWebhook; readonly mail: MailSender | undefined };
  readonly onAttempt: (channel: Channel, outcome: string) => void;
  readonly outside: { readonly log: Log; readonly failpoint: Failpoint };
}

/** Longer than any attempt may take. */
const LEASE_MS = 60_000;
const AT_ONCE = 8;
/** Then others get their turn; the scanner rings again. */
const MOST_MESSAGES = 200;

/**
 * Carries messages to subscribers: at least once, with the same id and the same content at each attempt, in the order of
 * events. One receiver that hangs or fails holds up nobody else.
 */
export function createDeliveryService(deps: DeliveryDeps & { readonly leaseMs?: number }) {
  const { db, senders, outside } = deps;
  const leaseMs = deps.leaseMs ?? LEASE_MS;
  const channels: readonly Channel[] = senders.mail === undefined ? ['webhook'] : ['webhook', 'email'];

  const toWebhook = async (subscriber: Subscriber, message: Message, organizationId: string, signal: AbortSignal) => {
    const webhook = await findWebhook(db, organizationId, subscriber.id);
    if (webhook === undefined) return GONE;
    const now = new Date();
    const secrets = openWebhook(deps.keyring, webhook, webhook.sealed);
    const body = webhookBody(webhook.format, message, deps.publicUrl);
    const headers = signatureHeaders(message.id, now, body, validSecrets(secrets, now));
    return senders.webhook({ url: secrets.url, headers, body }, signal);
  };

  const toPerson = async (subscriber: Subscriber, message: Message, organizationId: string, signal: AbortSignal) => {
    const to = await findRecipient(db, organizationId, subscriber.id);
    if (to === undefined) return GONE;
    if (senders.mail === undefined) return NOT_CONFIGURED;
    return senders.mail.send({ to, messageId: message.id, ...mailBody(message, deps.publicUrl) }, signal);
  };

  /** False when this subscriber is to be left alone for now. */
  const deliverNext = async (subscriber: Subscriber, signal: AbortSignal): Promise<boolean> => {
    const claimed = await claimMessage(db, subscriber, leaseMs, randomInt(1, 2 ** 31 - 1));
    if (claimed === undefined) return false;
    await outside.failpoint('notice.before-send');
    const send = subscriber.channel === 'webhook' ? toWebhook : toPerson;
    const outcome = await send(subscriber, messageOf(claimed), claimed.organizationId, signal);
    await outside.failpoint('notice.after-send');
    if (outcome.kind === 'aborted') {
      await releaseMessage(db, subscriber, claimed);
      return false;
    }
    const result = resultOf(outcome, claimed.attempts);
    await recordAttempt(db, subscriber, claimed, result);
    deps.onAttempt(subscriber.channel, result.state);
    return outcome.kind === 'delivered';
  };

  const serve = async (subscriber: Subscriber, signal: AbortSignal): Promise<void> => {
    try {
      await gatherDigest(db, subscriber, newId());
      for (let sent = 0; sent < MOST_MESSAGES && !signal.aborted; sent++) {
        if (!(await deliverNext(subscriber, signal))) return;
      }
    } catch (error) {
      // One subscriber's trouble is not the next one's: its lease runs out and it is tried again.
      const { channel, id } = subscriber;
      outside.log.warn(
        { channel, subscriberId: id, error: describeError(error) },
        'delivery failed; it is tried again',
      );
    }
  };

  return {
    channels,
    /** Delivers what is due in one organization. Safe to run anywhere, any number of times. */
    async run(organizationId: string, signal: AbortSignal): Promise<void> {
      const waiting = await dueSubscribers(db, organizationId, channels);
      const take = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
          await serve(next, signal);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, take));
    },
  };
}

const GONE: Outcome = { kind: 'failed', status: null, code: 'recipient_gone', final: true };
const NOT_CONFIGURED: Outcome = { kind: 'failed', status: null, code: 'not_configured' };

/** A notice sent by itself goes under its own id, and so does its repetition; a digest has one of its own. */
function messageOf({ id, notices }: ClaimedMessage): Message {
  return { id, notices, digest: notices.length !== 1 || notices[0]?.id !== id };
}

function resultOf(outcome: Exclude<Outcome, { kind: 'aborted' }>, attempts: number) {
  if (outcome.kind === 'delivered') {
    return { state: 'delivered', status: outcome.status, code: null, retryInMs: null } as const;
  }
  const { status, code, final, retryAfterMs } = outcome;
  if (final || attempts >= MOST_ATTEMPTS) return { state: 'parked', status, code, retryInMs: null } as const;
  return { state: 'failed', status, code, retryInMs: retryDelay(attempts, retryAfterMs) } as const;
}
