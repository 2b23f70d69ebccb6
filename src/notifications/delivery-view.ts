import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { type Delivery, listDeliveries, type Subscriber } from './delivery-store.ts';
import type { DeliveryView } from './webhook-schemas.ts';

export interface DeliveryQuery {
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of what one subscriber was and will be told, newest first. */
export async function deliveryPage(db: Sql, subscriber: Subscriber, query: DeliveryQuery): Promise<Page<DeliveryView>> {
  const before = decodeCursor(query.cursor, 'id')?.id;
  const rows = await listDeliveries(db, subscriber, query, before, query.limit + 1);
  const page = pageOf(rows, query.limit, (last) => ({ sort: 'id', id: last.id }));
  return { items: page.items.map(deliveryView), nextCursor: page.nextCursor };
}

export function deliveryView(delivery: Delivery): DeliveryView {
  const { id, messageId, kind, notice, seq, state, attempts, status, code } = delivery;
  const over = state === 'delivered' || state === 'parked';
  return {
    ...{ id, messageId, kind, noticeId: notice.id, seq, state, attempts, status, code },
    nextAttemptAt: over ? null : (delivery.nextAttemptAt?.toISOString() ?? null),
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
    createdAt: delivery.createdAt.toISOString(),
  };
}
