import type { Sql } from '../db.ts';
import type { AuditEvent } from './audit-event.ts';

/** Which events to list; what is left out does not narrow. */
export interface AuditFilter {
  readonly action?: string | undefined;
  readonly objectId?: string | undefined;
  readonly personId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Only later ones in the chain. */
  readonly afterSeq?: number | undefined;
  /** ISO 8601, inclusive. */
  readonly from?: string | undefined;
  /** ISO 8601, exclusive. */
  readonly until?: string | undefined;
}

interface EventRow extends Omit<AuditEvent, 'at' | 'seq'> {
  seq: number;
  at: Date;
}

const COLUMNS = `organization_id as "organizationId", seq, id, at, actor, action, object_type as "objectType",
  object_id as "objectId", details, request_id as "requestId", key_id as "keyId",
  encode(previous_mac, 'hex') as "previousMac", encode(mac, 'hex') as mac`;

/** How each filter narrows. */
const NARROWED = {
  action: (value) => `action = ${value}`,
  objectId: (value) => `object_id = ${value}`,
  personId: (value) => `actor->>'personId' = ${value}`,
  requestId: (value) => `request_id = ${value}`,
  afterSeq: (value) => `seq > ${value}::bigint`,
  from: (value) => `at >= ${value}::timestamptz`,
  until: (value) => `at < ${value}::timestamptz`,
} as const satisfies Record<keyof AuditFilter, (value: string) => string>;

/**
 * Events of one organization, newest first, below `beforeSeq`. The statement's text depends only on which filters were asked for,
 * so that each is prepared once and goes by the index that serves it.
 */
export async function listAuditEvents(
  db: Sql,
  organizationId: string,
  filter: AuditFilter,
  beforeSeq: number | undefined,
  limit: number,
): Promise<AuditEvent[]> {
  const params: unknown[] = [organizationId];
  const use = (value: unknown) => `$${params.push(value)}`;
  const where = ['organization_id = $1::uuid'];
  if (beforeSeq !== undefined) where.push(`seq < ${use(beforeSeq)}::bigint`);
  for (const name of Object.keys(NARROWED) as (keyof AuditFilter)[]) {
    const value = filter[name];
    if (value !== undefined) where.push(NARROWED[name](use(value)));
  }
  const rows = await db.query<EventRow>(
    `select ${COLUMNS} from audit_events where ${where.join(' and ')} order by seq desc limit ${use(limit)}`,
    params,
  );
  return rows.map(toEvent);
}

/** Events in the order of the chain, after `afterSeq`. */
export async function readAuditChain(
  db: Sql,
  organizationId: string,
  afterSeq: number,
  limit: number,
): Promise<AuditEvent[]> {
  const rows = await db.query<EventRow>(
    `select ${COLUMNS} from audit_events where organization_id = $1::uuid and seq > $2 order by seq limit $3`,
    [organizationId, afterSeq, limit],
  );
  return rows.map(toEvent);
}

/** The head the chain must end at, or undefined when nothing was ever recorded. */
export async function readAuditHead(
  db: Sql,
  organizationId: string,
): Promise<{ seq: number; mac: string } | undefined> {
  const [head] = await db.query<{ seq: number; mac: string }>(
    `select seq, encode(mac, 'hex') as mac from audit_heads where organization_id = $1::uuid`,
    [organizationId],
  );
  return head;
}

function toEvent(row: EventRow): AuditEvent {
  return { ...row, at: row.at.toISOString() };
}
