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

/** Events of one organization, newest first, below `beforeSeq`. */
export async function listAuditEvents(
  db: Sql,
  organizationId: string,
  filter: AuditFilter,
  beforeSeq: number | undefined,
  limit: number,
): Promise<AuditEvent[]> {
  const rows = await db.query<EventRow>(
    `select ${COLUMNS} from audit_events
     where organization_id = $1::uuid and ($2::bigint is null or seq < $2)
       and ($3::text is null or action = $3) and ($4::text is null or object_id = $4)
       and ($5::text is null or actor->>'personId' = $5)
       and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
       and ($8::text is null or request_id = $8) and ($10::bigint is null or seq > $10)
     order by seq desc limit $9`,
    [
      organizationId,
      beforeSeq ?? null,
      filter.action ?? null,
      filter.objectId ?? null,
      filter.personId ?? null,
      filter.from ?? null,
      filter.until ?? null,
      filter.requestId ?? null,
      limit,
      filter.afterSeq ?? null,
    ],
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
