import { Counter, Gauge, type Registry } from 'prom-client';
import type { Sql } from '../db.ts';
import type { Channel } from './delivery-store.ts';

/** Counts attempts of this process, and shows what waits, read at each scrape so that every process tells the same. */
export function measureNotices(registry: Registry, db: Sql): (channel: Channel, outcome: string) => void {
  const attempts = new Counter({
    name: 'keyferry_notice_attempts_total',
    help: 'Attempts to deliver notices by channel and what became of them: delivered, failed (tried again) or parked',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  new Gauge({
    name: 'keyferry_notices_waiting',
    help: 'Notices that are not delivered, by channel and state',
    labelNames: ['channel', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await waitingNotices(db).catch(() => []);
      for (const { channel, state, count } of rows) this.set({ channel, state }, count);
    },
  });
  new Gauge({
    name: 'keyferry_oldest_due_notice_seconds',
    help: 'How long the notice that should be under way longest has been so',
    registers: [registry],
    async collect() {
      this.set(await oldestDue(db).catch(() => Number.NaN));
    },
  });
  new Gauge({
    name: 'keyferry_notice_outbox_events',
    help: 'Audit events that were not yet looked at for whom to tell',
    registers: [registry],
    async collect() {
      this.set(await eventsAhead(db).catch(() => Number.NaN));
    },
  });
  return (channel, outcome) => attempts.inc({ channel, outcome });
}

function waitingNotices(db: Sql): Promise<{ channel: string; state: string; count: number }[]> {
  return db.query(
    `select channel, state, count(*)::int as count from notice_deliveries
     where state in ('pending', 'failed', 'parked') group by channel, state`,
  );
}

async function oldestDue(db: Sql): Promise<number> {
  const [row] = await db.query<{ lag: number }>(
    `select coalesce(extract(epoch from clock_timestamp() - min(d.created_at)), 0)::float8 as lag
     from notice_deliveries d where d.state in ('pending', 'failed') and (d.message_id is not null
       or d.next_attempt_at <= clock_timestamp())
       and (d.channel <> 'webhook' or exists (select 1 from webhooks w where w.id = d.subscriber_id and w.enabled))`,
  );
  return row?.lag ?? 0;
}

async function eventsAhead(db: Sql): Promise<number> {
  const [row] = await db.query<{ events: number }>(
    `select coalesce(sum(h.seq - c.seq), 0)::float8 as events
     from audit_heads h join notice_cursors c on c.organization_id = h.organization_id`,
  );
  return row?.events ?? 0;
}
