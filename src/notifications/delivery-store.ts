import type { Sql } from '../db.ts';
import type { Notice } from './notice.ts';

export const DELIVERY_STATES = ['pending', 'failed', 'delivered', 'parked'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export type Channel = 'webhook' | 'email';

/** Who is told, and how. */
export interface Subscriber {
  readonly channel: Channel;
  /** The webhook or the person. */
  readonly id: string;
}

/** A notice for one subscriber, about to be stored. */
export interface NewDelivery {
  readonly id: string;
  readonly subscriber: Subscriber;
  /** A second delivery with the same one to the same subscriber is none. */
  readonly dedupe: string;
  readonly notice: Notice;
  /** Null: is gathered into a digest when its time comes. */
  readonly messageId: string | null;
  readonly dueAt: Date;
}

/**
 * Stores deliveries; those that are known stay as they are. `again`: known ones that are over start anew, under the same
 * message id.
 */
export async function insertDeliveries(
  tx: Sql,
  organizationId: string,
  deliveries: readonly NewDelivery[],
  known: 'keep' | 'again' = 'keep',
): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map(({ id, subscriber, dedupe, notice, messageId, dueAt }) => ({
    ...{ id, channel: subscriber.channel, subscriberId: subscriber.id, dedupe, notice, messageId },
    ...{ seq: notice.seq, kind: notice.kind, dueAt: dueAt.toISOString() },
  }));
  await tx.query(
    `insert into notice_deliveries (id, organization_id, channel, subscriber_id, dedupe, seq, kind, notice, message_id,
       next_attempt_at)
     select (d->>'id')::uuid, $1::uuid, d->>'channel', (d->>'subscriberId')::uuid, d->>'dedupe', (d->>'seq')::bigint,
       d->>'kind', d->'notice', (d->>'messageId')::uuid, (d->>'dueAt')::timestamptz
     from jsonb_array_elements($2::jsonb) d
     on conflict (channel, subscriber_id, dedupe) do ${known === 'again' ? AGAIN : 'nothing'}`,
    [organizationId, JSON.stringify(rows)],
  );
}

const OVER_AGAIN = `state = 'pending', attempts = 0, status = null, code = null, delivered_at = null, lease_until = null,
  next_attempt_at = clock_timestamp()`;
const AGAIN = `update set ${OVER_AGAIN}, message_id = excluded.message_id
  where notice_deliveries.state in ('delivered', 'parked')`;

/** Delivers one again, by itself, whatever became of it. False when it is on its way at this moment. */
export async function restartDelivery(tx: Sql, id: string): Promise<boolean> {
  const rows = await tx.query(
    `update notice_deliveries d set ${OVER_AGAIN}, message_id = (d.notice->>'id')::uuid where d.id = $1::uuid
       and (d.state in ('delivered', 'parked') or d.lease_until is null or d.lease_until < clock_timestamp())
     returning d.id`,
    [id],
  );
  return rows.length === 1;
}

/** A delivery as it is shown. */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  readonly messageId: string | null;
  readonly seq: number;
  readonly kind: string;
  readonly notice: Notice;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly status: number | null;
  readonly code: string | null;
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `d.id, d.organization_id as "organizationId", d.message_id as "messageId", d.seq::float8 as seq, d.kind,
  d.notice, d.state, d.attempts, d.status, d.code, d.next_attempt_at as "nextAttemptAt",
  d.delivered_at as "deliveredAt", d.created_at as "createdAt"`;

/** Newest first, below the id `before`. */
export function listDeliveries(
  db: Sql,
  subscriber: Subscriber,
  filter: { readonly state?: string | undefined; readonly kind?: string | undefined },
  before: string | undefined,
  limit: number,
): Promise<Delivery[]> {
  return db.query<Delivery>(
    `select ${COLUMNS} from notice_deliveries d where d.channel = $1 and d.subscriber_id = $2::uuid
       and ($3::text is null or d.state = $3) and ($4::text is null or d.kind = $4) and ($5::uuid is null or d.id < $5)
     order by d.id desc limit $6::int`,
    [subscriber.channel, subscriber.id, filter.state ?? null, filter.kind ?? null, before ?? null, limit],
  );
}

export async function findDelivery(db: Sql, subscriber: Subscriber, id: string): Promise<Delivery | undefined> {
  const [row] = await db.query<Delivery>(
    `select ${COLUMNS} from notice_deliveries d where d.channel = $1 and d.subscriber_id = $2::uuid and d.id = $3::uuid`,
    [subscriber.channel, subscriber.id, id],
  );
  return row;
}

/** Forgets what was over `days` ago, so that the table stays small; a replay derives it anew. */
export async function forgetDeliveries(db: Sql, days: number): Promise<void> {
  await db.query(
    `delete from notice_deliveries where id in (
       select id from notice_deliveries where created_at < clock_timestamp() - make_interval(days => $1::int)
         and state in ('delivered', 'parked') order by created_at limit 5000)`,
    [days],
  );
}
