import type { Sql } from '../db.ts';
import { ORDERLY_ATTEMPTS } from './delivery-schedule.ts';
import type { Channel, DeliveryState, Subscriber } from './delivery-store.ts';
import type { Notice } from './notice.ts';

/*
 * Due: not over, its time has come on the database clock, and nobody holds its lease. `d` is the row. A disabled webhook
 * keeps what waits until it is enabled again.
 */
const DUE = `d.state in ('pending', 'failed') and d.next_attempt_at <= clock_timestamp()
  and (d.lease_until is null or d.lease_until < clock_timestamp())
  and (d.channel <> 'webhook' or exists (select 1 from webhooks w where w.id = d.subscriber_id and w.enabled))`;

/** Organizations with something to deliver. `channels`: those this installation can use. */
export async function organizationsWithDue(db: Sql, channels: readonly Channel[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct d.organization_id as id from notice_deliveries d where ${DUE} and d.channel = any($1::text[]) limit 500`,
    [[...channels]],
  );
  return rows.map((row) => row.id);
}

/** Subscribers of an organization to whom something is due. */
export async function dueSubscribers(
  db: Sql,
  organizationId: string,
  channels: readonly Channel[],
): Promise<Subscriber[]> {
  return db.query<Subscriber>(
    `select distinct d.channel, d.subscriber_id as id from notice_deliveries d
     where d.organization_id = $1::uuid and ${DUE} and d.channel = any($2::text[]) limit 500`,
    [organizationId, [...channels]],
  );
}

/** Gathers what is due for a subscriber's digest into one message, which from now on is the same at every attempt. */
export async function gatherDigest(db: Sql, subscriber: Subscriber, messageId: string): Promise<void> {
  await db.query(
    `update notice_deliveries set message_id = $3::uuid where message_id is null and id in (
       select d.id from notice_deliveries d where d.channel = $1 and d.subscriber_id = $2::uuid and d.message_id is null
         and ${DUE} order by d.seq limit 500 for update skip locked)`,
    [subscriber.channel, subscriber.id, messageId],
  );
}

/** A message whose lease the caller holds. */
export interface ClaimedMessage {
  readonly id: string;
  readonly organizationId: string;
  readonly notices: readonly Notice[];
  /** This one included. */
  readonly attempts: number;
  readonly leaseToken: number;
}

/**
 * Takes the first due message of a subscriber that no earlier one holds up: the order of events is the order of delivery,
 * except that a message that has failed several times steps aside. Undefined when there is none.
 */
export async function claimMessage(
  db: Sql,
  subscriber: Subscriber,
  leaseMs: number,
  leaseToken: number,
): Promise<ClaimedMessage | undefined> {
  const rows = await db.query<{ id: string; organizationId: string; notice: Notice; attempts: number }>(
    `with head as (
       select d.message_id from notice_deliveries d
       where d.channel = $1 and d.subscriber_id = $2::uuid and d.message_id is not null and ${DUE}
         and not exists (select 1 from notice_deliveries e
           where e.channel = d.channel and e.subscriber_id = d.subscriber_id and e.state in ('pending', 'failed')
             and e.message_id <> d.message_id and e.seq < d.seq and e.attempts < $5::int)
       order by d.seq, d.id limit 1 for update skip locked)
     update notice_deliveries d set attempts = attempts + 1, lease_token = $4::int,
       lease_until = clock_timestamp() + $3::int * interval '1 millisecond'
     from head where d.channel = $1 and d.subscriber_id = $2::uuid and d.message_id = head.message_id and ${DUE}
     returning d.message_id as id, d.organization_id as "organizationId", d.notice, d.attempts`,
    [subscriber.channel, subscriber.id, leaseMs, leaseToken, ORDERLY_ATTEMPTS],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const notices = rows.map((row) => row.notice).sort((a, b) => a.seq - b.seq);
  return { id: first.id, organizationId: first.organizationId, notices, attempts: first.attempts, leaseToken };
}

/** How an attempt came out. */
export interface AttemptResult {
  readonly state: Exclude<DeliveryState, 'pending'>;
  readonly status: number | null;
  readonly code: string | null;
  readonly retryInMs: number | null;
}

/** Records an attempt, unless the lease is somebody else's by now. */
export async function recordAttempt(
  db: Sql,
  subscriber: Subscriber,
  message: ClaimedMessage,
  result: AttemptResult,
): Promise<void> {
  await db.query(
    `update notice_deliveries set state = $5, status = $6::int, code = $7, lease_until = null,
       delivered_at = case when $5 = 'delivered' then clock_timestamp() end,
       next_attempt_at = clock_timestamp() + $8::int * interval '1 millisecond'
     where channel = $1 and subscriber_id = $2::uuid and message_id = $3::uuid and lease_token = $4::int
       and state in ('pending', 'failed')`,
    [
      subscriber.channel,
      subscriber.id,
      message.id,
      message.leaseToken,
      result.state,
      result.status,
      result.code,
      result.retryInMs,
    ],
  );
}

/** Gives a message back as if it had not been tried, because the process has to end. */
export async function releaseMessage(db: Sql, subscriber: Subscriber, message: ClaimedMessage): Promise<void> {
  await db.query(
    `update notice_deliveries set lease_until = null, attempts = greatest(attempts - 1, 0)
     where channel = $1 and subscriber_id = $2::uuid and message_id = $3::uuid and lease_token = $4::int
       and state in ('pending', 'failed')`,
    [subscriber.channel, subscriber.id, message.id, message.leaseToken],
  );
}
