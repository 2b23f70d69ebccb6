import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import type { AuditAction } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction, Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type { VaultEgress } from '../vaults/egress.ts';
import { findDelivery, insertDeliveries, restartDelivery, type Subscriber } from './delivery-store.ts';
import { type DeliveryQuery, deliveryPage, deliveryView } from './delivery-view.ts';
import type { Notice } from './notice.ts';
import type {
  CreatedWebhookView,
  CreateWebhook,
  DeliveryView,
  RotatedSecretView,
  RotateSecret,
  UpdateWebhook,
  WebhookView,
} from './webhook-schemas.ts';
import { openWebhook, rotated, sealWebhook } from './webhook-secrets.ts';
import { newSigningSecret } from './webhook-signature.ts';
import * as store from './webhook-store.ts';
import { parseWebhookUrl, type WebhookUrl } from './webhook-url.ts';

export interface WebhookServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  /** Where receivers may be. */
  readonly egress: VaultEgress;
}

/** Receivers that are told what happens. All of it needs `webhook.administer` in the whole organization. */
export interface WebhookService {
  list(
    actor: Actor,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<WebhookView>>;
  get(actor: Actor, id: string): Promise<WebhookView>;
  /** Throws `already_exists`, and `invalid_input` for a forbidden address or an unknown project. The secret shows once. */
  create(actor: Actor, tx: EditTransaction, input: CreateWebhook): Promise<CreatedWebhookView>;
  update(actor: Actor, tx: EditTransaction, id: string, changes: UpdateWebhook): Promise<WebhookView>;
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
  /** The old secret signs beside the new one for a while. */
  rotateSecret(actor: Actor, tx: EditTransaction, id: string, input: RotateSecret): Promise<RotatedSecretView>;
  /** Sends a test, in its turn, like everything else. */
  ping(actor: Actor, tx: EditTransaction, id: string): Promise<DeliveryView>;
  deliveries(actor: Actor, id: string, query: DeliveryQuery): Promise<Page<DeliveryView>>;
  /** Everything since a time again, under the ids it had. */
  replay(actor: Actor, tx: EditTransaction, id: string, since: string): Promise<WebhookView>;
  replayDelivery(actor: Actor, tx: EditTransaction, id: string, deliveryId: string): Promise<DeliveryView>;
}

const MOST_WEBHOOKS = 50;

export function createWebhookService(deps: WebhookServiceDeps): WebhookService {
  return { ...webhookReads(deps), ...webhookEdits(deps), ...webhookActs(deps) };
}

function webhookReads({ db }: WebhookServiceDeps): Pick<WebhookService, 'list' | 'get' | 'deliveries'> {
  return {
    async list(actor, { cursor, limit }) {
      authorize(actor, 'webhook.administer');
      const { where, order } = sliceById(cursor, limit);
      const rows = await store.listWebhooks(db, actor.organizationId, where.id?.gt, order.take);
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      return viewOf(await demand(db, actor, id));
    },
    async deliveries(actor, id, query) {
      await demand(db, actor, id);
      return deliveryPage(db, subscriberOf(id), query);
    },
  };
}

function webhookEdits(deps: WebhookServiceDeps): Pick<WebhookService, 'create' | 'update' | 'remove' | 'rotateSecret'> {
  const { keyring } = deps;
  return {
    async create(actor, tx, { url: text, secret = newSigningSecret(), ...input }) {
      authorize(actor, 'webhook.administer');
      const { organizationId } = actor;
      const { url, origin } = await permittedUrl(deps, text);
      await checkProjects(tx, organizationId, input.projectIds);
      if ((await store.countWebhooks(tx, organizationId)) >= MOST_WEBHOOKS) {
        throw new AppError('in_use', `An organization has at most ${MOST_WEBHOOKS} webhooks.`);
      }
      const id = newId();
      const sealed = sealWebhook(keyring, { organizationId, id }, { url, secret });
      const webhook = await store.insertWebhook(tx, { ...input, id, organizationId, origin, sealed });
      if (webhook === undefined) throw nameTaken();
      await record(tx, deps, actor, 'webhook.created', webhook, { origin, enabled: webhook.enabled });
      return { ...viewOf(webhook), secret };
    },
    async update(actor, tx, id, { url: text, ...changes }) {
      const before = await demand(tx, actor, id, 'lock');
      const target = text === undefined ? undefined : await permittedUrl(deps, text);
      await checkProjects(tx, actor.organizationId, changes.projectIds ?? []);
      const secrets = openWebhook(keyring, before, before.sealed);
      const after = await store.updateWebhook(tx, {
        ...before,
        name: changes.name ?? before.name,
        kinds: changes.kinds ?? before.kinds,
        projectIds: changes.projectIds ?? before.projectIds,
        pace: changes.pace ?? before.pace,
        enabled: changes.enabled ?? before.enabled,
        origin: target?.origin ?? before.origin,
        sealed: target === undefined ? before.sealed : sealWebhook(keyring, before, { ...secrets, url: target.url }),
      });
      if (after === undefined) throw nameTaken();
      const { origin, enabled } = after;
      await record(tx, deps, actor, 'webhook.updated', after, { origin, enabled, urlReplaced: target !== undefined });
      return viewOf(after);
    },
    async remove(actor, tx, id) {
      const webhook = await demand(tx, actor, id, 'lock');
      await store.deleteWebhook(tx, id);
      await record(tx, deps, actor, 'webhook.deleted', webhook);
    },
    async rotateSecret(actor, tx, id, { secret = newSigningSecret(), overlapHours }) {
      const webhook = await demand(tx, actor, id, 'lock');
      const until = new Date(Date.now() + overlapHours * 3_600_000);
      const secrets = rotated(openWebhook(keyring, webhook, webhook.sealed), secret, until);
      await store.updateWebhook(tx, { ...webhook, sealed: sealWebhook(keyring, webhook, secrets) });
      await record(tx, deps, actor, 'webhook.secret_rotated', webhook, { overlapHours });
      return { secret, previousValidUntil: until.toISOString() };
    },
  };
}

function webhookActs(deps: WebhookServiceDeps): Pick<WebhookService, 'ping' | 'replay' | 'replayDelivery'> {
  return {
    async ping(actor, tx, id) {
      const webhook = await demand(tx, actor, id, 'lock');
      assertEnabled(webhook);
      const notice = pingNotice(actor, webhook, new Date());
      const subscriber = subscriberOf(id);
      const delivery = { id: newId(), subscriber, dedupe: notice.id, notice, messageId: notice.id, dueAt: new Date() };
      await insertDeliveries(tx, actor.organizationId, [delivery]);
      await record(tx, deps, actor, 'webhook.pinged', webhook);
      return demandDelivery(tx, subscriber, delivery.id);
    },
    async replay(actor, tx, id, since) {
      const webhook = await demand(tx, actor, id, 'lock');
      assertEnabled(webhook);
      await store.startReplay(tx, webhook, since);
      const after = await demand(tx, actor, id);
      await record(tx, deps, actor, 'webhook.replayed', webhook, { since });
      return viewOf(after);
    },
    async replayDelivery(actor, tx, id, deliveryId) {
      const webhook = await demand(tx, actor, id, 'lock');
      await demandDelivery(tx, subscriberOf(id), deliveryId);
      assertEnabled(webhook);
      if (!(await restartDelivery(tx, deliveryId))) {
        throw new AppError('invalid_transition', 'The delivery is on its way at this moment.');
      }
      await record(tx, deps, actor, 'webhook.replayed', webhook, { deliveryId });
      return demandDelivery(tx, subscriberOf(id), deliveryId);
    },
  };
}

function subscriberOf(id: string): Subscriber {
  return { channel: 'webhook', id };
}

async function demand(db: Sql, actor: Actor, id: string, lock: 'lock' | 'read' = 'read'): Promise<store.Webhook> {
  authorize(actor, 'webhook.administer');
  const webhook = await store.findWebhook(db, actor.organizationId, id, lock);
  if (webhook === undefined) throw notFound('webhook');
  return webhook;
}

async function demandDelivery(db: Sql, subscriber: Subscriber, id: string): Promise<DeliveryView> {
  const delivery = await findDelivery(db, subscriber, id);
  if (delivery === undefined) throw notFound('delivery');
  return deliveryView(delivery);
}

async function permittedUrl({ egress }: WebhookServiceDeps, text: string): Promise<WebhookUrl> {
  const target = parseWebhookUrl(text);
  if (await egress.permits(target.host)) return target;
  throw invalidField('/url', 'a public address, or one that the operator lists in KEYFERRY_WEBHOOK_ALLOW');
}

async function checkProjects(db: Sql, organizationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await store.knownProjects(db, organizationId, ids);
  const index = ids.findIndex((id) => !known.has(id));
  if (index >= 0) throw invalidField(`/projectIds/${index}`, 'the id of one of the projects');
}

function assertEnabled(webhook: store.Webhook): void {
  if (!webhook.enabled) throw new AppError('invalid_transition', 'The webhook is disabled; enable it first.');
}

function nameTaken(): AppError {
  return new AppError('already_exists', 'A webhook with this name exists.');
}

function pingNotice(actor: Actor, webhook: store.Webhook, now: Date): Notice {
  const { type, id, name } = actor;
  return {
    id: newId(),
    seq: webhook.startSeq,
    kind: 'ping',
    at: now.toISOString(),
    organization: { id: actor.organizationId, name: '' },
    project: null,
    actor: { type, id, name },
    object: { type: 'webhook', id: webhook.id },
    subject: { type: 'webhook', id: webhook.id, name: webhook.name },
    profile: null,
    facts: {},
  };
}

function viewOf(webhook: store.Webhook): WebhookView {
  const { id, name, format, origin, pace, enabled, replayAfter, createdAt, updatedAt } = webhook;
  return {
    ...{ id, name, format, origin, kinds: [...webhook.kinds], projectIds: [...webhook.projectIds], pace, enabled },
    replaying: replayAfter !== null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function record(
  tx: Sql,
  { keyring }: WebhookServiceDeps,
  actor: Actor,
  action: AuditAction & `webhook.${string}`,
  { id, name }: store.Webhook,
  details: Readonly<Record<string, string | number | boolean>> = {},
): Promise<void> {
  const event = { action, objectType: 'webhook', objectId: id, details: { name, ...details } };
  return appendAudit(tx, keyring, actor, [event]);
}
