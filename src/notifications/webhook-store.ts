import type { Sql } from '../db.ts';
import type { Pace } from './delivery-schedule.ts';
import type { WebhookFormat } from './webhook-body.ts';

/** A webhook as it is stored. URL and secrets are sealed. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly format: WebhookFormat;
  readonly origin: string;
  readonly kinds: readonly string[];
  readonly projectIds: readonly string[];
  readonly pace: Pace;
  readonly enabled: boolean;
  readonly sealed: Uint8Array;
  /** Numbers of audit events. */
  readonly startSeq: number;
  readonly replayAfter: number | null;
  readonly replayUntil: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `w.id, w.organization_id as "organizationId", w.name, w.format, w.origin, w.kinds,
  w.project_ids as "projectIds", w.pace, w.enabled, w.sealed, w.start_seq::float8 as "startSeq",
  w.replay_after::float8 as "replayAfter", w.replay_until::float8 as "replayUntil", w.created_at as "createdAt",
  w.updated_at as "updatedAt"`;

/** In order of creation, after the id `after`. */
export function listWebhooks(db: Sql, organizationId: string, after: string | undefined, limit: number) {
  return db.query<Webhook>(
    `select ${COLUMNS} from webhooks w where w.organization_id = $1::uuid and ($2::uuid is null or w.id > $2::uuid)
     order by w.id limit $3::int`,
    [organizationId, after ?? null, limit],
  );
}

/** Those that are told of new events. */
export function enabledWebhooks(db: Sql, organizationId: string): Promise<Webhook[]> {
  return db.query<Webhook>(
    `select ${COLUMNS} from webhooks w where w.organization_id = $1::uuid and w.enabled order by w.id`,
    [organizationId],
  );
}

export async function findWebhook(
  db: Sql,
  organizationId: string,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<Webhook | undefined> {
  const [row] = await db.query<Webhook>(
    `select ${COLUMNS} from webhooks w where w.organization_id = $1::uuid and w.id = $2::uuid
     ${lock === 'lock' ? 'for update' : ''}`,
    [organizationId, id],
  );
  return row;
}

export async function countWebhooks(db: Sql, organizationId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from webhooks where organization_id = $1::uuid',
    [organizationId],
  );
  return row?.count ?? 0;
}

export type NewWebhook = Pick<
  Webhook,
  'id' | 'organizationId' | 'name' | 'format' | 'origin' | 'kinds' | 'projectIds' | 'pace' | 'enabled' | 'sealed'
>;

/** It is told of what happens from now on. Undefined when the name is taken. */
export async function insertWebhook(tx: Sql, webhook: NewWebhook): Promise<Webhook | undefined> {
  const [row] = await tx.query<Webhook>(
    `with w as (insert into webhooks (id, organization_id, name, format, origin, kinds, project_ids, pace, enabled, sealed,
         start_seq)
       values ($1::uuid, $2::uuid, $3, $4, $5, $6::text[], $7::uuid[], $8, $9::boolean, $10::bytea,
         coalesce((select seq from audit_heads where organization_id = $2::uuid), 0))
       on conflict do nothing returning *)
     select ${COLUMNS} from w`,
    [
      webhook.id,
      webhook.organizationId,
      webhook.name,
      webhook.format,
      webhook.origin,
      [...webhook.kinds],
      [...webhook.projectIds],
      webhook.pace,
      webhook.enabled,
      webhook.sealed,
    ],
  );
  return row;
}

/** Stores a locked webhook. One that is enabled again is told of what happens from now on. Undefined: the name is taken. */
export async function updateWebhook(tx: Sql, webhook: NewWebhook): Promise<Webhook | undefined> {
  const taken = await tx.query(
    'select id from webhooks where organization_id = $1::uuid and name = $2 and id <> $3::uuid',
    [webhook.organizationId, webhook.name, webhook.id],
  );
  if (taken.length > 0) return undefined;
  const [row] = await tx.query<Webhook>(
    `with w as (update webhooks set name = $2, origin = $3, kinds = $4::text[], project_ids = $5::uuid[], pace = $6,
         sealed = $8::bytea, updated_at = clock_timestamp(), enabled = $7::boolean,
         start_seq = case when $7::boolean and not enabled
           then coalesce((select seq from audit_heads h where h.organization_id = webhooks.organization_id), 0)
           else start_seq end
       where id = $1::uuid returning *)
     select ${COLUMNS} from w`,
    [
      webhook.id,
      webhook.name,
      webhook.origin,
      [...webhook.kinds],
      [...webhook.projectIds],
      webhook.pace,
      webhook.enabled,
      webhook.sealed,
    ],
  );
  return row;
}

/** With its deliveries. */
export async function deleteWebhook(tx: Sql, id: string): Promise<void> {
  await tx.query(`delete from notice_deliveries where channel = 'webhook' and subscriber_id = $1::uuid`, [id]);
  await tx.query('delete from webhooks where id = $1::uuid', [id]);
}

/** Has everything since a time delivered again: from before its first event up to the newest one. */
export async function startReplay(tx: Sql, webhook: Webhook, since: string): Promise<void> {
  await tx.query(
    `update webhooks w set updated_at = clock_timestamp(),
       replay_until = h.seq, replay_after = coalesce((select min(e.seq) - 1 from audit_events e
         where e.organization_id = w.organization_id and e.at >= $2::timestamptz), h.seq)
     from audit_heads h where w.id = $1::uuid and h.organization_id = w.organization_id`,
    [webhook.id, since],
  );
}

/** The replay has come to `after`; it ends when that is its end. */
export async function moveReplay(tx: Sql, id: string, after: number): Promise<void> {
  await tx.query(
    `update webhooks set replay_after = case when $2::bigint < replay_until then $2::bigint end,
       replay_until = case when $2::bigint < replay_until then replay_until end where id = $1::uuid`,
    [id, after],
  );
}

/** Which of these projects are the organization's. */
export async function knownProjects(db: Sql, organizationId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    'select id from projects where organization_id = $1::uuid and id = any($2::uuid[])',
    [organizationId, [...ids]],
  );
  return new Set(rows.map((row) => row.id));
}
